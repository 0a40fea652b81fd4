/** A Redis client for what answers callers: it fails at once rather than wait for a connection that was lost. */
import { Redis } from 'ioredis'
import type { Log } from '../core/context.ts'

export interface RedisClient {
  /** The client itself, for libraries that take one. */
  readonly client: Redis
  close(): void
}

/** Connects in the background, and again whenever the connection is lost. */
export function openRedis(url: string, log: Log): RedisClient {
  const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 })
  client.on('error', (err: Error) => log.debug({ err }, 'Redis does not answer'))
  return { client, close: () => client.disconnect() }
}
