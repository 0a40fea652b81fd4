/** hooks.rotate_secret: a new secret for a hook, shown in this answer and never again. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertCallable } from '../../domain/hooks/callable.ts'
import { putSecret } from '../../domain/hooks/hook-secret.ts'
import { HookId, OwnHook, toOwnHook } from '../../domain/hooks/own-hook.ts'
import { changeHook, lockHook } from '../../domain/hooks/store.ts'
import { SECRET_MAX_CHARS } from './create-hook.ts'

/** Hours for which the earlier secret is accepted, too. */
const BOTH_HOURS = 24
const HOUR_MS = 60 * 60 * 1000

export const rotateSecret = defineOperation({
  name: 'hooks.rotate_secret',
  summary: 'Replace the secret of a hook; the new one is shown once.',
  details: `For ${BOTH_HOURS} hours reports with either secret are accepted, so that the service can change over without losing any. A second replacement within that time ends the first secret at once.`,
  keywords: 'renew, replace, change, leaked, lost webhook secret, signing key, whsec',
  route: 'POST /v1/hooks/:hookId/rotate-secret',
  input: z.object({
    hookId: HookId,
    secret: z
      .string()
      .max(SECRET_MAX_CHARS)
      .optional()
      .describe('The secret that the service made; default: a new one'),
    atOnce: z.boolean().default(false).describe('Refuse the earlier secret from now on: it was leaked'),
  }),
  output: z.object({
    hook: OwnHook,
    secret: z.string().nullable().describe('For the service; null when the call is repeated'),
  }),
  scope: 'hooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  shownOnce: ['secret'],
  example: { hookId: exampleId('hook') },
  async run({ hookId, secret: given, atOnce }, ctx) {
    const row = await lockHook(ctx, hookId)
    // A caller who knows its secret can have it make its calls.
    assertCallable(ctx, row.operation)
    const secretNumber = row.secretNumber + 1
    const { secret, tokenHash } = await putSecret(ctx, { ...row, secretNumber }, given)
    const after = await changeHook(ctx, row, {
      ...{ secretNumber, tokenHash, earlierTokenHash: row.tokenHash },
      earlierUntil: atOnce ? null : new Date(ctx.now.getTime() + BOTH_HOURS * HOUR_MS),
    })
    return { hook: toOwnHook(after, ctx.publicUrl, secret), secret }
  },
  tell({ hook, secret }) {
    const { earlierUntil } = hook
    const earlier = earlierUntil === null ? '' : ` The earlier one is accepted, too, until ${earlierUntil}.`
    return secret === null
      ? `The hook ${hook.name} (${hook.id}) got a new secret by an earlier call, which showed it.`
      : `The hook ${hook.name} (${hook.id}) has a new secret.${earlier} The service reports to\n${hook.url}\nIts secret, which is not shown again:\n${secret}`
  },
})
