/** access.forget_lost_secrets: the way on after a key was lost. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { markSecretless } from '../../domain/accounts/store.ts'

export const forgetLostSecrets = defineOperation({
  name: 'access.forget_lost_secrets',
  summary: 'Delete the secrets whose key is lost; their accounts must then be connected again.',
  details:
    'A gateway does not start while it lacks a key that sealed something. Where the key cannot be restored, this deletes what only that key could open. Everything else stays.',
  keywords: 'lost encryption key, SWITCHBOARD_SECRET changed, does not start, cannot decrypt, reset',
  route: 'POST /v1/secrets/forget-lost',
  input: z.object({}),
  output: z.object({ deleted: z.int() }),
  scope: 'admin',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  audience: 'people',
  example: {},
  async run(_input, ctx) {
    const lost = await ctx.secrets.forgetLost(ctx.db)
    await markSecretless(ctx)
    return { deleted: lost.length }
  },
  tell: ({ deleted }) =>
    deleted === 0
      ? 'Every secret can be opened. Nothing was deleted.'
      : `Deleted ${counted(deleted, 'secret')} that could not be opened. Connect these accounts again.`,
})
