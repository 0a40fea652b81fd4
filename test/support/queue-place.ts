/** Where a test puts its queue, by address. */
import type { QueuePlace } from '../../src/clients/queue-backend.ts'
import { queueServer } from '../../src/compose-database.ts'
import { readServerAddress } from '../../src/domain/postgres/address.ts'
import { createLink } from '../../src/domain/postgres/link.ts'
import { readRedisAddress } from '../../src/redis-address.ts'

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
