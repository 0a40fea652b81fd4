/** accounts.disconnect: an account and its secret, deleted here. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Account, AccountId, accountUri, toAccount } from '../../domain/accounts/account.ts'
import { deleteAccount, getUsable } from '../../domain/accounts/store.ts'
import { type AccountsPlace, accountIn } from './place.ts'

export const disconnectAccountIn = (place: AccountsPlace) =>
  defineOperation({
    name: `${place.name}.disconnect`,
    summary: `Disconnect ${accountIn(place)}: the gateway deletes its secret and no longer acts with it.`,
    details: 'The token stays valid at the service until it is revoked there.',
    keywords: 'unlink, remove, delete, sign out, log out, logout, revoke, integration',
    route: `POST ${place.route}/:accountId/disconnect`,
    input: z.object({ accountId: AccountId }),
    output: z.object({ account: Account }),
    scope: 'accounts:write',
    effect: 'destroy',
    repeat: 'keyed',
    listed: false,
    example: { accountId: exampleId('account') },
    async run({ accountId }, ctx) {
      const { id } = await getUsable(ctx, accountId, place.connector)
      const row = await deleteAccount(ctx, id)
      ctx.changed(accountUri(id), row.spaceId)
      return { account: toAccount(row, ctx.connectors) }
    },
    tell: ({ account }) =>
      `Disconnected ${account.name} (${account.id}) from ${account.connector}. Revoke its token there too.`,
  })
