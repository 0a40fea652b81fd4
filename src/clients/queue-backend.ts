/** Where the queue's jobs lie: Redis, a PostgreSQL server, or the embedded engine. Only this file tells them apart. */
import { type ConnectionOptions, type PgPool, runMigrations } from 'bullmq'
import type { Pool } from 'pg'
import { AppError } from '../core/errors.ts'
import { createEnginePool, type Engine, migrateEngine } from './queue-engine.ts'

/** What a process has to put its queue on. */
export type QueuePlace =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'server'; readonly url: string; readonly maxConnections: number }
  | { readonly kind: 'embedded'; readonly engine: Engine }

/** Connections for BullMQ's classes; producers fail fast, consumers wait for ever. */
export type QueueBackend = { close(): Promise<void> } & (
  | { readonly kind: 'redis'; readonly producer: ConnectionOptions; readonly consumer: ConnectionOptions }
  | { readonly kind: 'postgres'; readonly pool: PgPool }
)

/** The schema of BullMQ's tables; everything of ours is in `public`. */
const QUEUE_SCHEMA = 'bullmq'

/**
 * Prepares the place: in a database, BullMQ's own tables; any number of processes may do so at once.
 * @throws AppError `unavailable`
 */
export async function openQueueBackend(place: QueuePlace): Promise<QueueBackend> {
  switch (place.kind) {
    case 'redis':
      await assertRedis(place.url)
      return {
        kind: 'redis',
        // A producer answers a caller: without Redis it fails at once rather than wait for it.
        producer: { url: place.url, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
        consumer: { url: place.url, maxRetriesPerRequest: null },
        // Each of BullMQ's classes opens and closes its own.
        close: async () => undefined,
      }
    case 'server':
      return await openServerPool(place.url, place.maxConnections)
    case 'embedded':
      await migrateEngine(place.engine, QUEUE_SCHEMA)
      return {
        kind: 'postgres',
        pool: await createEnginePool(place.engine, QUEUE_SCHEMA),
        close: async () => undefined,
      }
  }
}

/** Fails at once where BullMQ would go on trying for ever. @throws AppError `unavailable` */
async function assertRedis(url: string): Promise<void> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
  try {
    // What went wrong is thrown below; an error without a listener would be logged by the client itself.
    redis.on('error', () => undefined)
    await redis.connect()
    await redis.ping()
  } catch (cause) {
    throw new AppError('unavailable', 'Redis does not answer.', {
      fix: 'Check that it runs and that REDIS_URL is right, or unset REDIS_URL to put the queue on the database.',
      cause,
    })
  } finally {
    redis.disconnect()
  }
}

/** Of the connections, one is each worker's to listen on. */
const MIN_CONNECTIONS = 3

async function openServerPool(url: string, maxConnections: number): Promise<QueueBackend> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    max: Math.max(maxConnections, MIN_CONNECTIONS),
    keepAlive: true,
    application_name: 'switchboard-queue',
    options: `-c search_path=${QUEUE_SCHEMA}`,
  })
  // Each of BullMQ's classes adds listeners of its own.
  pool.setMaxListeners(0)
  // An idle connection that drops is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  const client = await pool.connect()
  try {
    await runMigrations(client, QUEUE_SCHEMA)
  } finally {
    client.release()
  }
  repeatDeadlocked(pool)
  // A real pool is what the type describes; the two only differ in how they type the same events.
  return { kind: 'postgres', pool: pool as unknown as PgPool, close: () => pool.end() }
}

/** Times a command is given to the database in all, when another stood in its way each time. */
const DEADLOCK_ATTEMPTS = 5
/** SQLSTATE of a command that was undone so that others could go on: deadlock, serialization failure. */
const UNDONE_FOR_OTHERS = ['40P01', '40001']

/**
 * Two processes that write the same schedule at once may each hold what the other waits for; PostgreSQL then undoes one
 * of them and leaves it to its caller to repeat. Each of BullMQ's commands is one statement, so repeating is safe.
 */
function repeatDeadlocked(pool: Pool): void {
  const query = pool.query.bind(pool) as (...given: unknown[]) => Promise<unknown>
  const repeating = async (...given: unknown[]): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await query(...given)
      } catch (error) {
        const { code } = error as { code?: string }
        if (attempt === DEADLOCK_ATTEMPTS || !UNDONE_FOR_OTHERS.includes(code ?? '')) throw error
      }
    }
  }
  pool.query = repeating as typeof pool.query
}
