/** Where a test puts its queue. */
import process from 'node:process'
import { Redis } from 'ioredis'
import type { QueuePlace } from '../../../src/clients/queue/queue-backend.ts'
import { readRedisAddress } from '../../../src/config/redis-address.ts'
import { readServerAddress } from '../../../src/domain/db/address/address.ts'
import { createLink } from '../../../src/domain/db/address/link.ts'
import type { EmbeddedDatabase } from '../../../src/domain/db/embedded/embedded-database.ts'
import { queueServer } from '../../../src/start/compose-database.ts'
import type { TestGateway } from './database.ts'

export function serverPlace(url: string, pooling: 'none' | 'session' | 'transaction' = 'none'): QueuePlace {
  return {
    kind: 'server',
    server: queueServer(createLink(readServerAddress(url)), pooling),
    maxConnections: 5,
  }
}

export function redisPlace(url: string): QueuePlace {
  return { kind: 'redis', address: readRedisAddress(url) }
}

/** On Redis where the suite has it, otherwise on the gateway's own database. */
export function queuePlaceOf({ database, url }: TestGateway): QueuePlace {
  if (process.env.REDIS_URL !== undefined) return redisPlace(process.env.REDIS_URL)
  if (url !== undefined) return serverPlace(url)
  return { kind: 'embedded', engine: (database as EmbeddedDatabase).client }
}

/** Deletes a queue on Redis, which is not the test's own, as a database is. */
export async function forgetOnRedis(queueName: string): Promise<void> {
  if (process.env.REDIS_URL === undefined) return
  const redis = new Redis(process.env.REDIS_URL)
  const keys = await redis.keys(`bull:${queueName}:*`)
  if (keys.length > 0) await redis.del(...keys)
  redis.disconnect()
}
