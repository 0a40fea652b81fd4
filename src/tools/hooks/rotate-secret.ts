/** hooks.rotate_secret: a new secret for a hook, shown in this answer and never again. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertCallable } from '../../domain/hooks/callable.ts'
import { putSecret } from '../../domain/hooks/hook-secret.ts'
import { HookId, OwnHook, toOwnHook } from '../../domain/hooks/own-hook.ts'
import { changeHook, lockHook } from '../../domain/hooks/store.ts'
import { SECRET_MAX_CHARS } from './create-hook.ts'

export const rotateSecret = defineOperation({
  name: 'hooks.rotate_secret',
  summary: 'Give a hook a new secret, in place of the present one, which is refused from then on.',
  details:
    'Services report again what was refused, so give the new secret to the service at once and nothing is lost.',
  keywords: 'renew, replace, change, leaked, lost webhook secret, signing key, whsec',
  route: 'POST /v1/hooks/:hookId/secret',
  input: z.object({
    hookId: HookId,
    secret: z
      .string()
      .max(SECRET_MAX_CHARS)
      .optional()
      .describe('The secret that the service made; default: a new one'),
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
  async run({ hookId, secret: given }, ctx) {
    const row = await lockHook(ctx, hookId)
    // A caller who knows its secret can have it make its calls.
    assertCallable(ctx, row.operation)
    const { secret, tokenHash } = await putSecret(ctx, row, given)
    return { hook: toOwnHook(await changeHook(ctx, row, { tokenHash }), ctx.publicUrl, secret), secret }
  },
  tell({ hook, secret }) {
    return secret === null
      ? `The hook ${hook.name} (${hook.id}) got a new secret by an earlier call, which showed it.`
      : `The hook ${hook.name} (${hook.id}) has a new secret. The service reports to\n${hook.url}\nIts secret, which is not shown again:\n${secret}`
  },
})
