/** Until when a new key is good. */
import { AppError } from '../../core/errors.ts'

/** Days that a key is good for when nobody says otherwise. */
export const KEY_DEFAULT_DAYS = 90
/** Days of the longest expiry; a caller who wants more asks for a key that never expires, and knows it. */
export const KEY_MAX_DAYS = 3650

const DAY_MS = 24 * 60 * 60 * 1000

interface Expiry {
  /** Days from now; null: never. */
  readonly expiresInDays?: number | null | undefined
  /** A moment; null: never. */
  readonly expiresAt?: string | null | undefined
}

/**
 * The moment after which a key is refused, or null for never.
 * @throws AppError `invalid_input` when both are given, or the moment is not within reach.
 */
export function expiryOf({ expiresInDays, expiresAt }: Expiry, now: Date): Date | null {
  if (expiresInDays !== undefined && expiresAt !== undefined) {
    throw refused('expiresAt', 'give expiresInDays or expiresAt, not both')
  }
  if (expiresInDays === null || expiresAt === null) return null
  if (expiresAt === undefined) return new Date(now.getTime() + (expiresInDays ?? KEY_DEFAULT_DAYS) * DAY_MS)
  const moment = new Date(expiresAt)
  if (moment <= now) throw refused('expiresAt', 'must be in the future')
  if (moment.getTime() > now.getTime() + KEY_MAX_DAYS * DAY_MS) {
    throw refused('expiresAt', `must be within ${KEY_MAX_DAYS} days; null means never`)
  }
  return moment
}

function refused(path: string, message: string): AppError {
  return new AppError('invalid_input', `The expiry of the key is not valid: ${path}: ${message}.`, {
    fix: 'Correct the fields named and call again.',
    issues: [{ path, message }],
  })
}
