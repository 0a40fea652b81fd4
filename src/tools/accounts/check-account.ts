/** accounts.check: whether the service still accepts an account. */
import { z } from 'zod'
import { notFound } from '../../core/errors.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Account, AccountId, accountUri, toAccount } from '../../domain/accounts/account.ts'
import { getUsable, noteAccepted } from '../../domain/accounts/store.ts'
import { type AccountsPlace, accountIn } from './place.ts'

export const checkAccountIn = (place: AccountsPlace) =>
  defineOperation({
    name: `${place.name}.check`,
    summary: `Ask the service whether it still accepts ${accountIn(place)}.`,
    keywords: 'test, verify, works, valid, broken, connection, status',
    route: `POST ${place.route}/:accountId/check`,
    input: z.object({ accountId: AccountId }),
    output: z.object({ account: Account }),
    scope: 'accounts:write',
    effect: 'write',
    repeat: 'natural',
    outside: 'idempotent',
    listed: false,
    example: { accountId: exampleId('account') },
    async reach({ accountId }, ctx) {
      const row = await getUsable(ctx, accountId, place.connector)
      return await ctx.services.check(row)
    },
    async run({ accountId }, ctx, { name }) {
      const row = await noteAccepted(ctx, accountId, name)
      if (row === undefined) throw notFound('account', accountId)
      ctx.changed(accountUri(row.id), row.spaceId)
      return { account: toAccount(row, ctx.connectors) }
    },
    tell: ({ account }) => `${account.connector} accepts ${account.name} (${account.id}).`,
  })
