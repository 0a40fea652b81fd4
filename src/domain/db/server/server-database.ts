/** PostgreSQL through postgres-js, with every statement prepared once per connection. */
import { sql } from 'drizzle-orm'
import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { readServerAddress, type ServerAddress } from '../address/address.ts'
import { createLink, openDriver, type ServerLink } from '../address/link.ts'
import type { Database, Db } from '../db.ts'
import { sqlState, storeError } from '../errors.ts'
import { isPrepared } from '../is-prepared.ts'
import { renderStatements } from '../render-statements.ts'
import { guardTransactions } from './server-transaction.ts'
import { endStillSessions } from './still-sessions.ts'

/** Connections of one process: calls are short, and a server has about a hundred for all processes. */
const SERVER_POOL_SIZE = 10
/** Seconds to wait for running statements when closing. */
const CLOSE_TIMEOUT_S = 10

/**
 * How long a statement waits for a lock, as a share of `stillMaxMs`. It is less than all of it: a statement that waits
 * in a frozen process gives up before the holder's transaction is undone, so that the lock is not handed on within that
 * process.
 */
const LOCK_WAIT_SHARE = 0.8
/**
 * The same share for the rest of a statement that has begun to arrive, and for the time between two checks for such
 * statements.
 */
const STATEMENT_REST_SHARE = 0.5

/**
 * PostgreSQL compiles a statement that it expects to cost much, and over large tables it expects that of statements that
 * find little: compiling the list of approvals took 230 ms, and reading its empty page 0.1 ms.
 */
const NOT_COMPILED = { jit: 'off' }

/** Type ids: bigint, text[]; and moments and dates, which drizzle passes as text. */
const INT8 = 20
const TEXT_ARRAY = 1009
const TIMES = [1082, 1083, 1114, 1184]

export interface ServerDatabase extends Database {
  readonly kind: 'server'
  readonly link: ServerLink
  readonly isPooled: boolean
  /** Calls `listener` with each notification on `channel`, from any session; answers with a function that stops it. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>
  /** Notifies listeners in every process. */
  notify(channel: string, payload: string): Promise<void>
  /** What the server knows of this session, compared with the settings that it was given. */
  lookAtSession(): Promise<SessionFacts>
}

/** The state of a session, which a pooler in between may have changed. */
export interface SessionFacts {
  /** Whether the answering process is the one to which the connection was made. */
  readonly isOwn: boolean
  /** Whether the session has the settings that it was opened with. */
  readonly hasSettings: boolean
}

interface ServerOptions {
  readonly poolSize?: number
  /**
   * Milliseconds after which an idle transaction is undone. A process that is frozen or cut off would otherwise hold
   * its locks for as long as that lasts, and the process that takes over its work would wait for them. A statement that
   * waits for a lock gives up a little sooner. Default: never.
   */
  readonly stillMaxMs?: number
  /**
   * A pooler is in between that gives a session to others after each transaction. It accepts no settings with a new
   * connection, so each transaction begins with its own; and no prepared statement outlives its call.
   */
  readonly isPooled?: boolean
}

/**
 * Opens a pool; it connects on first use.
 * @throws AppError `invalid_input` when `where` cannot be read
 */
export function openServerDatabase(
  where: ServerAddress | string,
  options: ServerOptions = {},
): ServerDatabase {
  const { stillMaxMs = 0, isPooled = false } = options
  const link = createLink(typeof where === 'string' ? readServerAddress(where) : where)
  const { applicationName, options: serverOptions } = link.address
  const timeouts = timeoutsFor(stillMaxMs)
  const client = openDriver(link, {
    max: options.poolSize ?? SERVER_POOL_SIZE,
    prepare: !isPooled,
    connection: {
      application_name: applicationName,
      ...(serverOptions !== undefined && { options: serverOptions }),
      ...(!isPooled && { ...timeouts, ...NOT_COMPILED }),
    },
    types: {
      int8: { to: INT8, from: [INT8], serialize: String, parse: readInt8 },
      texts: { to: TEXT_ARRAY, from: [TEXT_ARRAY], serialize: writeTexts, parse: parsePgArray },
    },
  })
  prepareAll(client, (error) => noticeStandby(link, error))
  // The driver's row type is an array of rows with a count, as `Db` declares; the two types do not know each other.
  const db = renderStatements(drizzle(client) as unknown as Db)
  acceptDates(client)
  const stopWatch = stillMaxMs === 0 ? () => undefined : watchStill(db, applicationName, stillMaxMs)
  return {
    kind: 'server',
    db,
    link,
    isPooled,
    async transaction(work) {
      try {
        return await db.transaction(isPooled && stillMaxMs > 0 ? within(timeouts, work) : work)
      } catch (thrown) {
        throw storeError(thrown)
      }
    },
    async ping() {
      await client.unsafe('select 1')
    },
    async listen(channel, listener) {
      const { unlisten } = await client.listen(channel, listener)
      return unlisten
    },
    async notify(channel, payload) {
      await client.notify(channel, payload)
    },
    lookAtSession: () => lookAtSession(client, timeouts),
    async close() {
      stopWatch()
      await client.end({ timeout: CLOSE_TIMEOUT_S })
    },
  }
}

type Timeouts = ReturnType<typeof timeoutsFor>

function timeoutsFor(stillMaxMs: number) {
  return {
    idle_in_transaction_session_timeout: stillMaxMs,
    lock_timeout: Math.floor(stillMaxMs * LOCK_WAIT_SHARE),
  }
}

/** Makes a transaction set its timeouts itself. */
function within<T>(timeouts: Timeouts, work: (db: Db) => Promise<T>) {
  const settings = Object.entries(timeouts).map(([name, value]) => `set_config('${name}', '${value}', true)`)
  return async (db: Db): Promise<T> => {
    await db.execute(sql.raw(`select ${settings.join(', ')}`))
    return await work(db)
  }
}

async function lookAtSession(client: postgres.Sql, timeouts: Timeouts): Promise<SessionFacts> {
  const result = await client.unsafe<SessionRow[]>(`select pg_backend_pid() as pid,
    (select setting::float8 from pg_settings where name = 'idle_in_transaction_session_timeout') as idle_ms,
    (select setting::float8 from pg_settings where name = 'lock_timeout') as lock_ms`)
  const [row] = result
  return {
    isOwn: row?.pid === result.state.pid,
    hasSettings:
      row?.idle_ms === timeouts.idle_in_transaction_session_timeout && row.lock_ms === timeouts.lock_timeout,
  }
}

interface SessionRow extends postgres.Row {
  readonly pid: number
  readonly idle_ms: number
  readonly lock_ms: number
}

/** Every process checks, because a frozen process cannot check itself. */
function watchStill(db: Db, applicationName: string, stillMaxMs: number): () => void {
  const restMs = Math.ceil(stillMaxMs * STATEMENT_REST_SHARE)
  const look = { applicationName, stillMaxMs: restMs }
  // The next check makes up for one that fails.
  const timer = setInterval(() => void endStillSessions(db, look).catch(() => undefined), restMs)
  timer.unref()
  return () => clearInterval(timer)
}

function readInt8(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

/** Arrays of columns arrive as text that drizzle has written. */
function writeTexts(texts: string | string[]): string {
  return typeof texts === 'string' ? texts : makePgArray(texts)
}

type Client = Pick<postgres.Sql, 'unsafe'>

/** A query as postgres-js runs it: the connection settles it through its `reject`. */
interface Rejectable {
  reject(error: unknown): void
}

/**
 * drizzle sends statements through `unsafe`, which describes each one again unless told to prepare it. Preparing makes
 * statements about twice as fast. Database errors are read on the way, so that stores throw errors that doors know.
 */
function prepareStatements<T extends Client>(client: T, hear: (error: unknown) => void): T {
  const unsafe = client.unsafe
  client.unsafe = ((text, parameters = [], options = {}) => {
    const prepare = isPrepared(text, parameters)
    const query = unsafe(text, parameters, prepare ? { ...options, prepare } : options)
    // Replaced rather than chained: drizzle needs the query object itself, for its `values()`.
    const rejectable = query as unknown as Rejectable
    const { reject } = rejectable
    rejectable.reject = (error) => {
      hear(error)
      reject(storeError(error))
    }
    return query
  }) as T['unsafe']
  return client
}

function prepareAll(client: postgres.Sql, hear: (error: unknown) => void): void {
  prepareStatements(client, hear)
  guardTransactions(client)
  const begin = client.begin as (work: (session: postgres.TransactionSql) => unknown) => Promise<unknown>
  client.begin = ((work: (session: postgres.TransactionSql) => unknown) =>
    begin((session) => work(prepareStatements(session, hear)))) as postgres.Sql['begin']
}

/** SQLSTATE of a write on a read-only server: with several hosts, another may accept writes by now. */
const READ_ONLY = '25006'

function noticeStandby(link: ServerLink, error: unknown): void {
  if (sqlState(error) === READ_ONLY) link.forget()
}

/** drizzle removes the serializers of moments; without one, a `Date` in a raw statement throws. */
function acceptDates(client: postgres.Sql): void {
  for (const type of TIMES) {
    client.options.serializers[type] = (value: unknown) =>
      value instanceof Date ? value.toISOString() : value
  }
}
