/** Reads what a database driver throws: what is a caller's fault, a passing state or a matter of set-up gets its own error. */
import { AppError, type ErrorCode } from '../../core/errors.ts'
import { cutText } from '../../core/text/cut.ts'

/** Codes of drivers and of the network that say: the database cannot be reached. */
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

/** Milliseconds after which a database that was away may be back; has room again; has a connection free. */
const AWAY_RETRY_MS = 1000
const FULL_RETRY_MS = 30_000
const BUSY_RETRY_MS = 2000
/** Milliseconds after which a call that gave way to another may succeed. */
const GAVE_WAY_RETRY_MS = 50

/** The way out where a database takes no writes. */
export const WRITES_FIX =
  'Set DATABASE_URL to the server that takes writes. With several hosts in it, add target_session_attrs=read-write. ' +
  'Where the database or its user has default_transaction_read_only, turn that off.'

interface Reading {
  readonly fits: (code: string) => boolean
  readonly code: ErrorCode
  readonly message: string
  readonly fix: string
  readonly retryAfterMs?: number
}

const among = (codes: readonly string[]) => (code: string) => codes.includes(code)

/** What codes of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) and of Node mean; the first that fits. */
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
    fix: 'Make room on it. Calls then work again by themselves.',
    retryAfterMs: FULL_RETRY_MS,
  },
  {
    fits: among(['25006']),
    code: 'unavailable',
    message: 'The database takes no writes: it is a standby, or set to read only.',
    fix: WRITES_FIX,
    retryAfterMs: AWAY_RETRY_MS,
  },
  {
    // Wrong password; no such role, or no way in for it; no such database; no right.
    fits: among(['28P01', '28000', '3D000', '42501']),
    code: 'unavailable',
    message: 'The database refuses what this gateway asks of it.',
    fix: 'Check the name, password and database in DATABASE_URL, and that this user may create tables in it. A server that wants encryption takes sslmode=require.',
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
    // A time limit of the server's own.
    fits: among(['57014', '25P03', '25P04']),
    code: 'unavailable',
    message: 'The database stopped the call at its own time limit.',
    fix: 'Call again. If it happens again, raise statement_timeout or transaction_timeout of this user in the database.',
    retryAfterMs: AWAY_RETRY_MS,
  },
  {
    fits: among(['UNFIT_HOST']),
    code: 'unavailable',
    message: 'No host of the database is what `target_session_attrs` asks for.',
    fix: 'Correct `target_session_attrs` in DATABASE_URL: a gateway writes, so it takes read-write, primary or nothing.',
  },
  {
    // Not in the repertoire of the encoding, and the same within JSON: the NUL character.
    fits: among(['22021', '22P05']),
    code: 'invalid_input',
    message: 'The text holds a character that cannot be stored.',
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

/** An `AppError` where there is one to give; else what was thrown, unchanged. */
export function storeError(thrown: unknown): unknown {
  const found = sqlState(thrown)
  const reading = found === undefined ? undefined : READINGS.find(({ fits }) => fits(found))
  if (!reading) return thrown
  const { code, message, fix, retryAfterMs } = reading
  return new AppError(code, message, { fix, retryAfterMs, cause: thrown })
}
/** Whether the connection went away under a statement, also where an error of our own says so. */
export function isConnectionLost(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string' && UNREACHABLE.has(error.code)) return true
    if ('severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC')) return true
  }
  return false
}

/** Of a path to a socket: nothing is there, a file is above it, it is not this user's, it is too long. */
const NO_SOCKET = ['ENOENT', 'ENOTDIR', 'EACCES', 'EINVAL', 'ENAMETOOLONG']

/** The SQLSTATE or driver code of what was thrown, also where another error wraps it; none for errors of our own. */
export function sqlState(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error && !(error instanceof AppError); error = error.cause) {
    // A Unix socket that is not there; else a file's error, which is not the database's.
    if ('syscall' in error && 'code' in error && NO_SOCKET.includes(String(error.code)))
      return error.syscall === 'connect' ? 'ECONNREFUSED' : undefined
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error instanceof AggregateError && error.errors[0] instanceof Error) return sqlState(error.errors[0])
  }
  return undefined
}

const NO_REASON = 'it gives no reason'

/** What the driver says of a connection names nothing that the person knows. */
const DRIVER_WORDS: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: 'it does not answer in time as PostgreSQL does',
  CONNECTION_CLOSED: 'the server hung up',
  CONNECTION_ENDED: 'the connection was closed',
  CONNECTION_DESTROYED: 'the connection was closed',
}

/** Characters of a reason that are shown. */
const REASON_MAX_CHARS = 300

/** What the server or the network said, in one line: for the person who set it up, and never for callers. */
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
