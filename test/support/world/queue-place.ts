/** Where a test puts its queue, by address. */
import type { QueuePlace } from '../../../src/clients/queue/queue-backend.ts'
import { readRedisAddress } from '../../../src/config/redis-address.ts'
import { readServerAddress } from '../../../src/domain/db/address/address.ts'
import { createLink } from '../../../src/domain/db/address/link.ts'
import { queueServer } from '../../../src/start/compose-database.ts'

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
