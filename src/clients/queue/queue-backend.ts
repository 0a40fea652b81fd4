/**
 * Where the queue stores its jobs: Redis, a PostgreSQL server, or the embedded engine. Only this file tells them apart.
 */
import type { ConnectionOptions, PgPool } from 'bullmq'
import { createEnginePool, type Engine, migrateEngine } from './queue-engine.ts'
import type { QueueServer } from './queue-server.ts'
import { assertRedis, type RedisAddress, redisOptions } from './redis.ts'

/** The stores that a process can put its queue on. */
export type QueuePlace =
  | { readonly kind: 'redis'; readonly address: RedisAddress }
  | { readonly kind: 'server'; readonly server: QueueServer; readonly maxConnections: number }
  | { readonly kind: 'embedded'; readonly engine: Engine }

/** Connections for BullMQ's classes; producers fail fast, consumers wait for ever. */
export type QueueBackend = { close(): Promise<void> } & (
  | { readonly kind: 'redis'; readonly producer: ConnectionOptions; readonly consumer: ConnectionOptions }
  | { readonly kind: 'postgres'; readonly pool: PgPool }
)

/** The schema of BullMQ's tables; our own tables are in `public`. */
const QUEUE_SCHEMA = 'bullmq'

/**
 * Prepares the store: a database gets BullMQ's own tables; any number of processes may do so at once.
 * @throws AppError `unavailable`
 */
export async function openQueueBackend(place: QueuePlace): Promise<QueueBackend> {
  switch (place.kind) {
    case 'redis': {
      await assertRedis(place.address)
      const options = redisOptions(place.address)
      return {
        kind: 'redis',
        // A producer answers a caller: without Redis it fails at once instead of waiting.
        producer: { ...options, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
        consumer: { ...options, maxRetriesPerRequest: null },
        // Each of BullMQ's classes opens and closes its own connection.
        close: async () => undefined,
      }
    }
    case 'server': {
      // Loaded here, so that processes with another queue do not need the driver.
      const { openServerPool } = await import('./queue-server.ts')
      const { server, maxConnections } = place
      return { kind: 'postgres', ...(await openServerPool(server, { schema: QUEUE_SCHEMA, maxConnections })) }
    }
    case 'embedded':
      await migrateEngine(place.engine, QUEUE_SCHEMA)
      return {
        kind: 'postgres',
        pool: await createEnginePool(place.engine, QUEUE_SCHEMA),
        close: async () => undefined,
      }
  }
}
