/**
 * What follows when a person comes back from a service with their consent. It is no operation of any door: only the page
 * to which services send people calls it, as the person who was asked.
 */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { Account, accountUri, toAccount } from '../../domain/accounts/account.ts'
import { saveAccount } from '../../domain/accounts/store.ts'

/** The most characters of what a service sends back. */
const RETURNED_MAX_CHARS = 4_000

const returned = z.string().min(1).max(RETURNED_MAX_CHARS)

export const finishConsent = defineOperation({
  name: 'accounts.finish_consent',
  summary: 'Connect the account to whose use a person has agreed at its service.',
  route: 'POST /v1/accounts/finish-consent',
  // Named so that the audit does not keep them.
  input: z.object({ stateToken: returned, codeToken: returned }),
  output: z.object({ account: Account }),
  scope: 'accounts:write',
  effect: 'write',
  repeat: 'keyed',
  outside: 'once',
  audience: 'people',
  listed: false,
  example: { stateToken: 'state', codeToken: 'code' },
  reach: async ({ stateToken, codeToken }, ctx) =>
    await ctx.services.redeem({ state: stateToken, code: codeToken }),
  async run(_input, ctx, accepted) {
    const row = await saveAccount(ctx, accepted)
    ctx.changed(accountUri(row.id), row.spaceId)
    return { account: toAccount(row, ctx.connectors) }
  },
  tell: ({ account }) => `Connected ${account.connector} as ${account.name} (${account.id}).`,
})
