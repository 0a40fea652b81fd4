/** Reads what a database driver throws: what is a caller's fault or a passing state gets its own error code. */
import { AppError } from '../core/errors.ts'

/** Codes of drivers and of the network that say: the database cannot be reached. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
])

/** SQLSTATE classes and codes: connection lost, out of resources, shutting down. */
const AWAY = /^(08|53|57P0)/
/** Serialization failure, deadlock, lock not available. */
const GAVE_WAY = new Set(['40001', '40P01', '55P03'])
/** Not in the repertoire of the encoding, and the same within JSON: the NUL character. */
const NOT_STORABLE = new Set(['22021', '22P05'])
/** Wrong password, no such role or way in, no such database, no right. */
const REFUSED = new Set(['28P01', '28000', '3D000', '42501'])

/** Milliseconds after which a database that was away may be back. */
const AWAY_RETRY_MS = 1000
/** Milliseconds after which a call that gave way to another may succeed. */
const GAVE_WAY_RETRY_MS = 50

/** An `AppError` where there is one to give; else what was thrown, unchanged. */
export function storeError(thrown: unknown): unknown {
  const code = sqlState(thrown)
  if (code === undefined) return thrown
  if (UNREACHABLE.has(code) || AWAY.test(code)) {
    return new AppError('unavailable', 'The database does not answer.', {
      fix: 'Try again in a moment. If it goes on, check that the database runs and that DATABASE_URL is right.',
      retryAfterMs: AWAY_RETRY_MS,
      cause: thrown,
    })
  }
  if (REFUSED.has(code)) {
    return new AppError('unavailable', 'The database refuses what this gateway asks of it.', {
      fix: 'Check the name, password and database in DATABASE_URL, and that this user may create tables in it.',
      cause: thrown,
    })
  }
  if (GAVE_WAY.has(code)) {
    return new AppError('unavailable', 'Another call was changing the same things, and this one gave way.', {
      fix: 'Call again.',
      retryAfterMs: GAVE_WAY_RETRY_MS,
      cause: thrown,
    })
  }
  if (NOT_STORABLE.has(code)) {
    return new AppError('invalid_input', 'The text holds a character that cannot be stored.', {
      fix: 'Take out NUL characters and broken surrogates.',
      cause: thrown,
    })
  }
  return thrown
}

/** Whether the connection went away under a statement, also where an error of our own says so. */
export function isConnectionLost(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string' && UNREACHABLE.has(error.code)) return true
    if ('severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC')) return true
  }
  return false
}

/** The SQLSTATE or driver code of what was thrown, also where another error wraps it; none for errors of our own. */
export function sqlState(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error && !(error instanceof AppError); error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error instanceof AggregateError && error.errors[0] instanceof Error) return sqlState(error.errors[0])
  }
  return undefined
}
