/** The queue's connections to a PostgreSQL server, also through a pooler that shares sessions between transactions. */
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { type PgPool, type PgPoolClient, runMigrations } from 'bullmq'
import pg, { type Pool } from 'pg'
import { backoff, retry } from '../../core/retry.ts'
import { QUEUE_NAME } from './queue-name.ts'

/** Who signs in at a server, and how it is reached. */
export interface QueueServer {
  readonly user: string
  readonly password: string
  readonly database: string
  /** Options of the server process. */
  readonly options: string | undefined
  readonly connectTimeoutMs: number
  /** What is in between, see `Pooling` of the database. */
  readonly pooling: 'none' | 'session' | 'transaction'
  /** Opens a connection, encrypted as it should be. */
  open(): Promise<Socket>
}

/** Of the connections, one is each worker's to listen on. */
const MIN_CONNECTIONS = 3

/** Prepares BullMQ's own tables in `schema`, and opens connections that see them. */
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
    // A pooler takes no settings with a new connection.
    ...(pooling === 'none' && { options }),
    ...(pooling === 'session' && {
      onConnect: async (client: pg.ClientBase) => void (await client.query(`set search_path to ${schema}`)),
    }),
  })
  // Each of BullMQ's classes adds listeners of its own.
  pool.setMaxListeners(0)
  // An idle connection that drops is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
  }
  if (pooling === 'transaction') shareSessions(pool, schema)
  repeatDeadlocked(pool)
  // A real pool is what the type describes; the two only differ in how they type the same events.
  return { pool: pool as unknown as PgPool, close: () => pool.end() }
}

/** A client on a socket that is connected and encrypted already: the driver's own ways differ from libpq's. */
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
      // The driver's callback is called without an error when there is none, which its type does not say.
      connected.then(() => (done as () => void)(), done)
      return undefined
    }

    async #dial(): Promise<void> {
      const socket = await server.open()
      // The driver tells its stream to connect, and listens: it hears at once that this one is.
      socket.connect = () => {
        setImmediate(() => socket.emit('connect'))
        return socket
      }
      const { connection } = this as unknown as { connection: { stream: Socket } }
      connection.stream = socket
    }
  }
}

/**
 * Makes do with sessions that others have between two transactions: each command brings its own settings, and nobody
 * hears of new jobs, so that workers look for them.
 */
function shareSessions(pool: Pool, schema: string): void {
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  const query = async (...given: unknown[]): Promise<unknown> => {
    const client = await connect()
    try {
      await client.query(`begin; set local search_path to ${schema}`)
      const result = await (client.query as (...given: unknown[]) => Promise<unknown>)(...given)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      throw error
    } finally {
      client.release()
    }
  }
  pool.query = query as typeof pool.query
  pool.connect = (async () => createSeeker(query)) as unknown as typeof pool.connect
}

/** Milliseconds between two looks for jobs. */
const LOOK_MS = 1_000
/** What BullMQ tells its workers of a new job with. */
const JOBS_CHANNEL = 'bullmq_jobs'
const LISTEN = /^\s*(?:--.*\n\s*)*listen\b/i

/** A client that is never told of a job, and therefore looks for one again and again. */
function createSeeker(query: (...given: unknown[]) => Promise<unknown>): PgPoolClient {
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
/** SQLSTATE of a command that was undone so that others could go on: deadlock, serialization failure. */
const UNDONE_FOR_OTHERS = ['40P01', '40001']

function isUndoneForOthers(thrown: unknown): boolean {
  return UNDONE_FOR_OTHERS.includes((thrown as { code?: string }).code ?? '')
}

/**
 * Two processes that write the same schedule at once may each hold what the other waits for; PostgreSQL then undoes one
 * of them and leaves it to its caller to repeat. Each of BullMQ's commands is one statement, so repeating is safe.
 */
function repeatDeadlocked(pool: Pool): void {
  const query = pool.query.bind(pool) as (...given: unknown[]) => Promise<unknown>
  const plan = { attempts: DEADLOCK_ATTEMPTS, retryIf: isUndoneForOthers, delayMs: DEADLOCK_DELAY_MS }
  const repeating = (...given: unknown[]) => retry(() => query(...given), plan)
  pool.query = repeating as typeof pool.query
}
