/** How long a new key is valid. */
import { AppError } from '../../core/errors.ts'

/** Days for which a key is valid by default. */
export const KEY_DEFAULT_DAYS = 90
/** Days of the longest expiry; for longer, a caller has to ask for a key that never expires. */
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
 * @throws AppError `invalid_input` when both are given, or when the moment is out of range.
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
    issues: [{ path, message }],
  })
}
