/** Calls with an idempotency key: how the ledger identifies them, and what an earlier call means for this one. */
import { createHash } from 'node:crypto'
import { AppError, notFound } from '../errors.ts'
import { kindOfId } from '../operation/ids.ts'
import { redactText } from '../text/redact.ts'
import { isStorable } from '../text/storable.ts'
import type { Attempt } from './attempt.ts'
import type { KeyedCall, OutsideClaim } from './ledger.ts'

/** The most characters of an idempotency key. */
export const IDEMPOTENCY_KEY_MAX_CHARS = 255

/** Milliseconds after which a caller may ask again about a call that is under way. */
const ASK_AGAIN_MS = 1000

/**
 * The call as the ledger identifies it.
 * @throws AppError `invalid_input`
 */
export function keyedCall({ operation, asked, call, at }: Attempt, key: string): KeyedCall {
  if (key.length === 0 || key.length > IDEMPOTENCY_KEY_MAX_CHARS) {
    throw new AppError(
      'invalid_input',
      `An idempotency key has 1 to ${IDEMPOTENCY_KEY_MAX_CHARS} characters; this one has ${key.length}.`,
      { fix: 'Use a random UUID, a new one for each new call.' },
    )
  }
  if (!isStorable(key)) {
    throw new AppError(
      'invalid_input',
      'The idempotency key contains a NUL character or half a surrogate pair.',
      {
        fix: 'Use a random UUID, a new one for each new call.',
      },
    )
  }
  // The input as it was typed: a retry by reference gets the first answer even when the thing was deleted since.
  const inputHash = hashOf(JSON.stringify(asked))
  // A key that looks like a secret is replaced by its hash, so that the secret is never stored.
  const stored = redactText(key) === key ? key : hashOf(key)
  return { actor: call.actor, operation: operation.name, key: stored, inputHash, at }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/**
 * The answer of an earlier call with this key; undefined: this attempt may make the call.
 * @throws AppError `not_found` for an answer about a thing that the caller no longer sees
 */
export function earlierAnswer(claim: OutsideClaim): { readonly output: unknown } | undefined {
  switch (claim.state) {
    case 'mine':
      return undefined
    case 'answered':
      return { output: claim.output }
    case 'lost_sight':
      throw notFound(kindOfId(claim.id), claim.id)
    case 'in_progress':
      throw new AppError('in_progress', 'A call with this idempotency key is still running.', {
        fix: 'Wait and call again with the same key to get its answer.',
        retryAfterMs: ASK_AGAIN_MS,
      })
    case 'other_input':
      throw new AppError('idempotency_mismatch', 'This idempotency key was used before with another input.', {
        fix: 'Use a new key for a new call; repeat the input exactly to get the first answer again.',
      })
    case 'unknown':
      throw new AppError(
        'outcome_unknown',
        'An earlier call with this idempotency key was interrupted, and may have taken effect.',
        { fix: 'Check whether it took effect. To do it again, call with a new key.' },
      )
  }
}
