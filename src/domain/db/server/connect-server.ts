/** Opens a server's database, and finds out whether a pooler is in between, which limits what a session guarantees. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import { describeServer, type ServerAddress } from '../address/address.ts'
import type { SslMode } from '../address/tls.ts'
import { isConnectionLost, reasonOf, sqlState, storeError, WRITES_FIX } from '../errors.ts'
import { assertNotForeign } from './foreign-tables.ts'
import { openServerDatabase, type ServerDatabase } from './server-database.ts'

/**
 * `none`: the server itself. `session`: a pooler that keeps one session for each connection. `transaction`: a pooler
 * that gives the session to other clients after each transaction, so that notifications do not arrive.
 */
export type Pooling = 'none' | 'session' | 'transaction'

interface ConnectedServer {
  readonly database: ServerDatabase
  readonly pooling: Pooling
}

interface ConnectOptions {
  readonly poolSize?: number
  readonly stillMaxMs?: number
}

/**
 * SQLSTATE of a server that does not know the user, or does not admit it this way: it may with encryption, or without.
 */
const NO_WAY_IN = '28000'

/** libpq's `allow` then tries with encryption, and `prefer` without. */
const SECOND_MODE: Readonly<Partial<Record<SslMode, SslMode>>> = { allow: 'require', prefer: 'disable' }

/** @throws AppError `unavailable` when it cannot be used, with the reason given by the server or the network */
export async function connectServer(
  address: ServerAddress,
  options: ConnectOptions = {},
): Promise<ConnectedServer> {
  const { tls } = address
  const second = SECOND_MODE[tls.mode]
  try {
    const connected = await openEither(address, options).catch(async (thrown: unknown) => {
      if (second === undefined || stateOf(thrown) !== NO_WAY_IN) throw thrown
      return await openEither({ ...address, tls: { ...tls, mode: second } }, options).catch(() => {
        throw thrown
      })
    })
    await closingUnless(connected.database, address, () => assertFit(connected.database))
    return connected
  } catch (thrown) {
    throw serverUnusable(thrown, address)
  }
}

interface FitRow extends Record<string, unknown> {
  readonly encoding: string
  readonly version: string
  readonly number: number
  readonly schema: string | null
  readonly readonly: boolean
}

const FIT = sql`select current_setting('server_encoding') as encoding, current_setting('server_version') as version,
  current_setting('server_version_num')::int as number, current_schema()::text as schema,
  pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as readonly`

/** The oldest supported version, in the form of 150004 for 15.4. */
const VERSION_MIN = 13_00_00

/**
 * Checks whether the database can store our data, before a write finds out.
 * @throws AppError `unavailable`
 */
async function assertFit({ db }: ServerDatabase): Promise<void> {
  const [facts] = await db.execute<FitRow>(FIT)
  if (!facts) throw new Error('it does not answer as PostgreSQL does')
  const { encoding, version, number, schema, readonly } = facts
  if (number < VERSION_MIN) throw unfit(`its version is ${version}`, 'Use PostgreSQL 13 or later.')
  if (encoding !== 'UTF8') {
    const fix = "Create another one: create database switchboard encoding 'UTF8' template template0"
    throw unfit(`its encoding is ${encoding}, and not every text can be stored in it`, fix)
  }
  if (schema === null || schema === 'pg_catalog') {
    const fix =
      'Reset search_path: alter database ... reset search_path, and alter role ... reset search_path'
    throw unfit('its search_path names no schema in which tables can be created', fix)
  }
  if (readonly) throw unfit('it is a standby, or set to read only, and accepts no writes', WRITES_FIX)
  await assertNotForeign(db)
}

function unfit(reason: string, fix: string): AppError {
  return new AppError('unavailable', reason, { fix })
}

/**
 * SQLSTATE classes of a pooler that does not accept a setting with a new connection: protocol, not supported, unknown.
 */
const TAKES_NO_SETTINGS = /^(08P|0A|42704)/

/** Connects directly, unless the address or the answer says that a pooler is in between. */
async function openEither(address: ServerAddress, options: ConnectOptions): Promise<ConnectedServer> {
  if (address.saysPooled) return await openPooled(address, options)
  const database = openServerDatabase(address, options)
  const isDirect = await closingUnless(database, address, async () => {
    try {
      const { isOwn, hasSettings } = await database.lookAtSession()
      return isOwn && hasSettings
    } catch (thrown) {
      if (TAKES_NO_SETTINGS.test(stateOf(thrown))) return false
      throw thrown
    }
  })
  if (isDirect) return { database, pooling: 'none' }
  await database.close()
  return await openPooled(address, options)
}

async function openPooled(address: ServerAddress, options: ConnectOptions): Promise<ConnectedServer> {
  const database = openServerDatabase(address, { ...options, isPooled: true })
  return await closingUnless(database, address, async () => {
    await database.ping()
    return { database, pooling: (await hearsItself(database)) ? 'session' : 'transaction' }
  })
}

/** Milliseconds within which a server must answer once it has accepted the sign-in. */
const ANSWER_MAX_MS = 10_000

/** Closes the database if `work` fails, or if the server accepts the sign-in and then does not answer. */
async function closingUnless<T>(
  database: ServerDatabase,
  { hosts, connectTimeoutMs }: ServerAddress,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const maxMs = hosts.length * connectTimeoutMs + ANSWER_MAX_MS
  const late = wait(maxMs, undefined, { signal: deadline.signal }).then(() => {
    throw Object.assign(new Error(), { code: 'CONNECT_TIMEOUT' })
  })
  try {
    return await Promise.race([work(), late])
  } catch (thrown) {
    await database.close()
    throw thrown
  } finally {
    late.catch(() => undefined)
    deadline.abort()
  }
}

const PROBE_CHANNEL = 'switchboard_probe'
/** Milliseconds within which a session of our own receives its notification: it takes one or two. */
const HEARD_WITHIN_MS = 1_000

async function hearsItself(database: ServerDatabase): Promise<boolean> {
  const word = randomUUID()
  let hear = (): void => undefined
  const heard = new Promise<true>((resolve) => {
    hear = () => resolve(true)
  })
  const stop = await database.listen(PROBE_CHANNEL, (payload) => {
    if (payload === word) hear()
  })
  await database.notify(PROBE_CHANNEL, word)
  const isHeard = await Promise.race([heard, wait(HEARD_WITHIN_MS, false)])
  await stop()
  return isHeard
}

/** The code given by the server or the network, even if our own error wraps it. */
function stateOf(thrown: unknown): string {
  return sqlState(thrown instanceof AppError ? thrown.cause : thrown) ?? ''
}

/** Tells the person who starts the gateway why: the reason, in the server's own words, is about their own server. */
export function serverUnusable(thrown: unknown, address: ServerAddress): AppError {
  if (thrown instanceof AppError && thrown.code !== 'unavailable') return thrown
  return new AppError(
    'unavailable',
    `The database at ${describeServer(address)} cannot be used: ${reasonOf(thrown)}.`,
    { fix: fixOf(thrown), cause: thrown },
  )
}

/** SQLSTATE classes of a server that refuses a new session because of a setting: unknown, or invalid. */
const REFUSED_SETTING = /^(42|22)/

/** The fix that a store's error, or an error that it wraps, suggests. */
function fixOf(thrown: unknown): string {
  for (let error = storeError(thrown); error instanceof Error; error = error.cause) {
    if (error instanceof AppError && error.fix !== undefined) return error.fix
  }
  if (REFUSED_SETTING.test(stateOf(thrown)) && isConnectionLost(thrown))
    return 'Correct `options` in DATABASE_URL.'
  return 'Check that the server is PostgreSQL 13 or later, and read its log.'
}
