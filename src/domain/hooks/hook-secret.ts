/**
 * The secret of a hook: sealed where reports are signed with it, and kept as its hash where it is in the address. While it is
 * replaced, the earlier one is accepted, too.
 */
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { hashKey } from '../access/key-form.ts'
import type { HookRow } from './own-hook.ts'
import { makeToken, PRESETS } from './signatures.ts'

/** The names under which the present and the earlier secret of a hook are sealed, in turn. */
export function secretNames(hookId: string): readonly [even: string, odd: string] {
  return [`hooks/${hookId}/secret`, `hooks/${hookId}/other-secret`]
}

type Numbered = Pick<HookRow, 'id' | 'verify' | 'secretNumber'>

/**
 * Stores the secret of this number, in place of the one before the last: the given one, or a new one.
 * @throws AppError `invalid_input` for a secret of another form, `not_configured` where no key is set to seal it with
 */
export async function putSecret(
  ctx: Pick<Context, 'db' | 'secrets' | 'now'>,
  { id, verify, secretNumber }: Numbered,
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
  const name = pick(secretNames(id), secretNumber)
  await ctx.secrets.put(ctx.db, { name, text: secret, now: ctx.now })
  return { secret, tokenHash: null }
}

export async function forgetHookSecrets(ctx: Pick<Context, 'db' | 'secrets'>, hookId: string): Promise<void> {
  for (const name of secretNames(hookId)) await ctx.secrets.forget(ctx.db, name)
}

type Accepting = Pick<HookRow, 'secretNumber' | 'earlierUntil'>

/** Of what was stored in turn, what is accepted at this moment. */
export function acceptedOf<T>(
  { secretNumber, earlierUntil }: Accepting,
  inTurn: readonly [T, T],
  now: Date,
): T[] {
  const present = pick(inTurn, secretNumber)
  return earlierUntil !== null && earlierUntil > now ? [present, pick(inTurn, secretNumber + 1)] : [present]
}

function pick<T>([even, odd]: readonly [T, T], number: number): T {
  return number % 2 === 0 ? even : odd
}

function notTaken(why: string): AppError {
  return new AppError('invalid_input', `The secret ${why}.`, {
    fix: 'Leave it out, and give the one that is made here to the service; or copy it from the service again.',
    issues: [{ path: 'secret', message: why }],
  })
}
