/** The queue's connections to a PostgreSQL server, even through a pooler that shares sessions between transactions. */
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { type PgPool, type PgPoolClient, runMigrations } from 'bullmq'
import pg, { type Pool } from 'pg'
import { backoff, retry } from '../../core/retry.ts'
import { QUEUE_NAME } from './queue-name.ts'

/** The server's address and sign-in. */
export interface QueueServer {
  readonly user: string
  readonly password: string
  readonly database: string
  /** Options of the server process. */
  readonly options: string | undefined
  readonly connectTimeoutMs: number
  /** The pooler in between; see `Pooling` of the database. */
  readonly pooling: 'none' | 'session' | 'transaction'
  /** Opens a connection, encrypted as configured. */
  open(): Promise<Socket>
}

/** Each worker needs one connection to listen on. */
const MIN_CONNECTIONS = 3

/** Prepares BullMQ's own tables in `schema`, and opens connections that use it. */
export async function openServerPool(
  server: QueueServer,
  { schema, maxConnections }: { readonly schema: string; readonly maxConnections: number },
): Promise<{ pool: PgPool; close(): Promise<void> }> {
  const { user, password, database, pooling } = server
  const options = [server.options, `-c search_path=${schema}`].filter(Boolean).join(' ')
  const pool = new pg.Pool({
    ...{ Client: clientOf(server), user, password, database },
    max: Math.max(maxConnections, MIN_CONNECTIONS),
    keepAlive: true,
    application_name: 'switchboard-queue',
    // A pooler accepts no settings with a new connection.
    ...(pooling === 'none' && { options }),
    ...(pooling === 'session' && {
      onConnect: async (client: pg.ClientBase) => void (await client.query(`set search_path to ${schema}`)),
    }),
  })
  // Each of BullMQ's classes adds its own listeners.
  pool.setMaxListeners(0)
  // The next query replaces an idle connection that drops; without a listener the error would end the process.
  pool.on('error', () => undefined)
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
  }
  if (pooling === 'transaction') shareSessions(pool, schema)
  else lockSchedules(pool)
  repeatDeadlocked(pool)
  // The type describes a real pool; the two differ only in how they type the same events.
  return { pool: pool as unknown as PgPool, close: () => pool.end() }
}

/** A client on a socket that is already connected and encrypted: the driver's own ways differ from libpq's. */
function clientOf(server: QueueServer): typeof pg.Client {
  return class extends pg.Client {
    constructor(config: pg.ClientConfig) {
      super({ ...config, connectionTimeoutMillis: server.connectTimeoutMs })
    }

    override connect(): Promise<pg.Client>
    override connect(done: (error: Error) => void): void
    override connect(done?: (error: Error) => void): Promise<pg.Client> | undefined {
      const connected = this.#dial().then(() => super.connect())
      if (done === undefined) return connected
      // Without an error, the driver's callback is called without an argument, which its type does not say.
      connected.then(() => (done as () => void)(), done)
      return undefined
    }

    async #dial(): Promise<void> {
      const socket = await server.open()
      // The driver tells its stream to connect and then listens; this one reports at once that it is connected.
      socket.connect = () => {
        setImmediate(() => socket.emit('connect'))
        return socket
      }
      const { connection } = this as unknown as { connection: { stream: Socket } }
      connection.stream = socket
    }
  }
}

interface Command {
  readonly text: string
  readonly parameters: readonly unknown[]
}

type Query = (text: string, parameters?: readonly unknown[]) => Promise<unknown>

/** BullMQ's commands that read a schedule and then write it and its next job. */
const OF_A_SCHEDULE = /\b(?:add_job_scheduler|update_job_scheduler_next_millis|remove_job_scheduler)\(/

/**
 * Lets one process at a time change a schedule: BullMQ's functions lock nothing between reading and writing it. Two that
 * create it at once would replace a job that is being done, or leave a schedule whose next job is not there.
 */
function lockSchedules(pool: Pool): void {
  const query = pool.query.bind(pool) as unknown as Query
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  const locking: Query = async (text, parameters = []) => {
    if (!OF_A_SCHEDULE.test(text)) return await query(text, parameters)
    const command = { text, parameters }
    return await transact(connect, command, (client) => lockSchedule(client, command))
  }
  pool.query = locking as unknown as typeof pool.query
}

async function lockSchedule(client: pg.PoolClient, { text, parameters }: Command): Promise<void> {
  if (!OF_A_SCHEDULE.test(text)) return
  const [queue, schedule] = parameters
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${queue} ${schedule}`])
}

/** Sends a command in a transaction of its own, after what prepares it. */
async function transact(
  connect: () => Promise<pg.PoolClient>,
  { text, parameters }: Command,
  prepare: (client: pg.PoolClient) => Promise<void>,
): Promise<unknown> {
  const client = await connect()
  try {
    await client.query('begin')
    await prepare(client)
    const result = await client.query(text, [...parameters])
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

/**
 * Works with sessions that other clients use between transactions: each command brings its own settings, and because
 * notifications do not arrive, workers poll for jobs.
 */
function shareSessions(pool: Pool, schema: string): void {
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  const query: Query = (text, parameters = []) => {
    const command = { text, parameters }
    return transact(connect, command, async (client) => {
      await client.query(`set local search_path to ${schema}`)
      await lockSchedule(client, command)
    })
  }
  pool.query = query as unknown as typeof pool.query
  pool.connect = (async () => createSeeker(query)) as unknown as typeof pool.connect
}

/** Milliseconds between two polls for jobs. */
const LOOK_MS = 1_000
/** The channel on which BullMQ notifies its workers of a new job. */
const JOBS_CHANNEL = 'bullmq_jobs'
const LISTEN = /^\s*(?:--.*\n\s*)*listen\b/i

/** A client that receives no notifications, and therefore polls for jobs. */
function createSeeker(query: Query): PgPoolClient {
  const emitter = new EventEmitter().setMaxListeners(0)
  const timer = setInterval(
    () => emitter.emit('notification', { channel: JOBS_CHANNEL, payload: QUEUE_NAME }),
    LOOK_MS,
  )
  timer.unref()
  return Object.assign(emitter, {
    query: async <Row>(text: string, parameters?: readonly unknown[]) =>
      LISTEN.test(text)
        ? { rows: [], rowCount: 0 }
        : ((await query(text, parameters)) as { rows: Row[]; rowCount: number }),
    release: () => clearInterval(timer),
  })
}

/** How often a command that met a deadlock is sent to the database in all, and the pauses between attempts. */
const DEADLOCK_ATTEMPTS = 5
const DEADLOCK_DELAY_MS = backoff({ firstMs: 10, maxMs: 100 })
/** SQLSTATE of a command that was undone so that others could continue: deadlock, serialization failure. */
const UNDONE_FOR_OTHERS = ['40P01', '40001']

function isUndoneForOthers(thrown: unknown): boolean {
  return UNDONE_FOR_OTHERS.includes((thrown as { code?: string }).code ?? '')
}

/**
 * Two processes that write the same schedule at once may each hold what the other waits for; PostgreSQL then undoes one
 * of them and leaves it to the caller to repeat it. Each of BullMQ's commands is one statement, so repeating is safe.
 */
function repeatDeadlocked(pool: Pool): void {
  const query = pool.query.bind(pool) as (...given: unknown[]) => Promise<unknown>
  const plan = { attempts: DEADLOCK_ATTEMPTS, retryIf: isUndoneForOthers, delayMs: DEADLOCK_DELAY_MS }
  const repeating = (...given: unknown[]) => retry(() => query(...given), plan)
  pool.query = repeating as typeof pool.query
}
