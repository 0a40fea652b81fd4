/** The secret of a hook: sealed where reports are signed with it, and kept as its hash where it is in the address. */
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { hashKey } from '../access/key-form.ts'
import type { HookRow } from './own-hook.ts'
import { makeToken, PRESETS } from './signatures.ts'

/** The name under which the secret of a hook is sealed. */
export function secretName(hookId: string): string {
  return `hooks/${hookId}/secret`
}

/**
 * Stores the secret of a hook, in place of an earlier one: the given one, or a new one.
 * @throws AppError `invalid_input` for a secret of another form, `not_configured` where no key is set to seal it with
 */
export async function putSecret(
  ctx: Pick<Context, 'db' | 'secrets' | 'now'>,
  { id, verify }: Pick<HookRow, 'id' | 'verify'>,
  given: string | undefined,
): Promise<{ readonly secret: string; readonly tokenHash: string | null }> {
  if (verify === 'url') {
    if (given !== undefined) throw notTaken('is made here for a URL')
    const token = makeToken()
    return { secret: token, tokenHash: hashKey(token) }
  }
  const preset = PRESETS[verify]
  const fault = given === undefined ? undefined : preset.faultOf(given)
  if (fault !== undefined) throw notTaken(fault)
  const secret = given ?? preset.makeSecret()
  await ctx.secrets.put(ctx.db, { name: secretName(id), text: secret, now: ctx.now })
  return { secret, tokenHash: null }
}

function notTaken(why: string): AppError {
  return new AppError('invalid_input', `The secret ${why}.`, {
    fix: 'Leave it out, and give the one that is made here to the service; or copy it from the service again.',
    issues: [{ path: 'secret', message: why }],
  })
}
