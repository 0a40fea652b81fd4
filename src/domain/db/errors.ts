/**
 * Reads the errors of database drivers: a caller's fault, a temporary state or a matter of set-up gets its own error.
 */
import { AppError, type ErrorCode } from '../../core/errors.ts'
import { cutText } from '../../core/text/cut.ts'

/** Codes of drivers and of the network for a database that cannot be reached. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
])

/** Milliseconds after which a database may be back, have room again, or have a connection free. */
const AWAY_RETRY_MS = 1000
const FULL_RETRY_MS = 30_000
const BUSY_RETRY_MS = 2000
/** Milliseconds after which a call that gave way to another may succeed. */
const GAVE_WAY_RETRY_MS = 50

/** The fix for a database that accepts no writes. */
export const WRITES_FIX =
  'Set DATABASE_URL to the server that accepts writes. With several hosts in it, add target_session_attrs=read-write. ' +
  'If the database or its user has default_transaction_read_only, turn it off.'

interface Reading {
  readonly fits: (code: string) => boolean
  readonly code: ErrorCode
  readonly message: string
  readonly fix: string
  readonly retryAfterMs?: number
}

const among = (codes: readonly string[]) => (code: string) => codes.includes(code)

/**
 * The meaning of error codes of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) and of
 * Node; the first match counts.
 */
const READINGS: readonly Reading[] = [
  {
    // Too many connections: of the server, of the database or role, of a pooler.
    fits: among(['53300']),
    code: 'unavailable',
    message: 'The database has no connection left.',
    fix: 'Try again in a moment. If it happens again, lower SWITCHBOARD_DATABASE_CONNECTIONS, close other clients, or raise max_connections of the server.',
    retryAfterMs: BUSY_RETRY_MS,
  },
  {
    fits: among(['53100', '58030']),
    code: 'unavailable',
    message: 'The disk of the database server is full or failing.',
    fix: 'Make room on it. Calls then work again without a restart.',
    retryAfterMs: FULL_RETRY_MS,
  },
  {
    fits: among(['25006']),
    code: 'unavailable',
    message: 'The database accepts no writes: it is a standby, or set to read only.',
    fix: WRITES_FIX,
    retryAfterMs: AWAY_RETRY_MS,
  },
  {
    // Wrong password; no such role, or no permitted way in for it; no such database; no permission.
    fits: among(['28P01', '28000', '3D000', '42501']),
    code: 'unavailable',
    message: 'The database denies this gateway access.',
    fix: 'Check the name, password and database in DATABASE_URL, and that this user may create tables in it. A server that demands encryption needs sslmode=require.',
  },
  {
    fits: (code) => /CERT|SELF_SIGNED|LEAF_SIGNATURE|^ERR_SSL|^ERR_TLS/.test(code),
    code: 'unavailable',
    message: 'The encrypted connection to the database failed.',
    fix: 'Set sslrootcert in DATABASE_URL to the file of the certificate authority. With sslmode=require the certificate is not checked; with sslmode=verify-full it must match the host.',
  },
  {
    fits: among(['ENCRYPTION_REFUSED']),
    code: 'unavailable',
    message: 'The database does not encrypt connections.',
    fix: 'Turn on ssl in the server, or set sslmode=disable in DATABASE_URL where the network is private.',
  },
  {
    // Serialization failure, deadlock, lock not available.
    fits: among(['40001', '40P01', '55P03']),
    code: 'unavailable',
    message: 'Another call was changing the same things, and this one gave way.',
    fix: 'Call again.',
    retryAfterMs: GAVE_WAY_RETRY_MS,
  },
  {
    // A time limit set in the server.
    fits: among(['57014', '25P03', '25P04']),
    code: 'unavailable',
    message: 'The database stopped the call at its own time limit.',
    fix: 'Call again. If it happens again, raise statement_timeout or transaction_timeout of this user in the database.',
    retryAfterMs: AWAY_RETRY_MS,
  },
  {
    fits: among(['UNFIT_HOST']),
    code: 'unavailable',
    message: 'No host of the database satisfies `target_session_attrs`.',
    fix: 'Correct `target_session_attrs` in DATABASE_URL: a gateway writes, so use read-write, primary or nothing.',
  },
  {
    // A character outside the encoding, or the same within JSON: the NUL character.
    fits: among(['22021', '22P05']),
    code: 'invalid_input',
    message: 'The text contains a character that cannot be stored.',
    fix: 'Remove NUL characters and unpaired surrogates.',
  },
  {
    // Connection lost, out of resources, shutting down.
    fits: (code) => UNREACHABLE.has(code) || /^(08|53|57P0)/.test(code),
    code: 'unavailable',
    message: 'The database does not answer.',
    fix: 'Try again in a moment. If it happens again, check that the database runs and that DATABASE_URL is right.',
    retryAfterMs: AWAY_RETRY_MS,
  },
]

/** An `AppError` if there is one for it; otherwise the thrown error, unchanged. */
export function storeError(thrown: unknown): unknown {
  const found = sqlState(thrown)
  const reading = found === undefined ? undefined : READINGS.find(({ fits }) => fits(found))
  if (!reading) return thrown
  const { code, message, fix, retryAfterMs } = reading
  return new AppError(code, message, { fix, retryAfterMs, cause: thrown })
}
/** Whether the connection was lost under a statement, even if one of our own errors reports it. */
export function isConnectionLost(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string' && UNREACHABLE.has(error.code)) return true
    if ('severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC')) return true
  }
  return false
}

/** Errors of a socket's path: nothing is there, a file is above it, the user may not use it, it is too long. */
const NO_SOCKET = ['ENOENT', 'ENOTDIR', 'EACCES', 'EINVAL', 'ENAMETOOLONG']

/** The SQLSTATE or driver code of an error, even if another error wraps it; undefined for our own errors. */
export function sqlState(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error && !(error instanceof AppError); error = error.cause) {
    // A Unix socket that does not exist; any other file error is not the database's.
    if ('syscall' in error && 'code' in error && NO_SOCKET.includes(String(error.code)))
      return error.syscall === 'connect' ? 'ECONNREFUSED' : undefined
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error instanceof AggregateError && error.errors[0] instanceof Error) return sqlState(error.errors[0])
  }
  return undefined
}

const NO_REASON = 'it gives no reason'

/** The driver's message about a connection names nothing that the person knows. */
const DRIVER_WORDS: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: 'it does not answer in time, or not as PostgreSQL does',
  CONNECTION_CLOSED: 'the server hung up',
  CONNECTION_ENDED: 'the connection was closed',
  CONNECTION_DESTROYED: 'the connection was closed',
}

/** The most characters of a reason that are shown. */
const REASON_MAX_CHARS = 300

/** The message of the server or the network, in one line: for the person who set it up, and never for callers. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    return [...new Set(thrown.errors.map(reasonOf))].join('; ')
  }
  if (!(thrown instanceof Error)) return NO_REASON
  if (thrown.cause instanceof Error) return reasonOf(thrown.cause)
  const words = 'code' in thrown ? DRIVER_WORDS[String(thrown.code)] : undefined
  const [line = ''] = thrown.message.split('\n', 1)
  return cutText((words ?? line) || NO_REASON, REASON_MAX_CHARS, '…')
}
