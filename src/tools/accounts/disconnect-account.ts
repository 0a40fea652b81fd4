/** accounts.disconnect: an account and its secret, deleted here; its token, ended at the service. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Account, AccountId, accountUri, toAccount } from '../../domain/accounts/account.ts'
import { REVOCATIONS } from '../../domain/accounts/revoke-token.ts'
import { deleteAccount, getEndable } from '../../domain/accounts/store.ts'
import { type AccountsPlace, accountIn } from './place.ts'

export const disconnectAccountIn = (place: AccountsPlace) =>
  defineOperation({
    name: `${place.name}.disconnect`,
    summary: `Disconnect ${accountIn(place)}: the gateway deletes its secret and no longer acts with it.`,
    details:
      'Where the service has a way, its token is ended there, too; the answer says whether it was. Otherwise the token stays valid until somebody revokes it at the service. An account with linked projects is refused: end each link first, which asks where its tasks stay.',
    keywords: 'unlink, remove, delete, sign out, log out, logout, revoke, integration',
    route: `POST ${place.route}/:accountId/disconnect`,
    input: z.object({ accountId: AccountId }),
    output: z.object({
      account: Account,
      revocation: z
        .enum(REVOCATIONS)
        .describe('Whether the service has ended its token; not_offered: it has no way for that'),
      because: z.string().nullable().describe('Why it failed'),
    }),
    scope: 'accounts:end',
    effect: 'destroy',
    repeat: 'keyed',
    outside: 'idempotent',
    listed: false,
    example: { accountId: exampleId('account') },
    async reach({ accountId }, ctx) {
      const account = await getEndable(ctx, accountId, place.connector)
      await ctx.connectors.find(({ name }) => name === account.connector)?.assertEndable?.(ctx, accountId)
      return await ctx.services.revoke(account)
    },
    async run({ accountId }, ctx, revocation) {
      const row = await deleteAccount(ctx, accountId)
      ctx.changed(accountUri(row.id), row.spaceId)
      return { account: toAccount(row, ctx.connectors), ...revocation }
    },
    tell({ account, revocation, because }) {
      const done = `Disconnected ${account.name} (${account.id}) from ${account.connector}.`
      if (revocation === 'revoked') return `${done} Its token is no longer valid.`
      return `${done} ${because === null ? '' : `${because} `}Revoke its token there too.`
    },
  })
