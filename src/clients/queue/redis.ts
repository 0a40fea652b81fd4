/** Connects to Redis, and explains its refusals. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { Redis } from 'ioredis'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/operation/context.ts'

/** The address of a Redis, and its sign-in. */
export interface RedisAddress {
  readonly host?: string
  readonly port?: number
  /** A Unix socket, in place of host and port. */
  readonly path?: string
  readonly username?: string
  readonly password?: string
  readonly db?: number
  /** IP version; 0: either. */
  readonly family?: number
  /** Absent: not encrypted. */
  readonly tls?: { readonly isVerified: boolean; readonly caFile?: string }
}

export interface RedisClient {
  /** The client itself, for libraries that need one. */
  readonly client: Redis
  close(): void
}

/** @throws AppError `not_configured` when a certificate cannot be read */
export function redisOptions({ tls, ...address }: RedisAddress) {
  if (tls === undefined) return address
  const { isVerified, caFile } = tls
  const { host = '' } = address
  const name = host === '' || isIP(host) !== 0 ? {} : { servername: host }
  return {
    ...address,
    tls: {
      ...name,
      rejectUnauthorized: isVerified,
      ...(caFile !== undefined && { ca: readAuthority(caFile) }),
    },
  }
}

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new AppError('not_configured', `The file ${path} that REDIS_URL names cannot be read.`, {
      fix: 'Correct `ssl_ca_certs` in REDIS_URL, or make the file readable for this process.',
      cause,
    })
  }
}

/**
 * Connects in the background, and again whenever the connection is lost. Commands fail at once instead of waiting for a
 * connection.
 */
export function openRedis(address: RedisAddress, log: Log): RedisClient {
  const client = new Redis({ ...redisOptions(address), enableOfflineQueue: false, maxRetriesPerRequest: 1 })
  client.on('error', (err: Error) => log.debug({ err }, 'Redis does not answer'))
  return { client, close: () => client.disconnect() }
}

/** Milliseconds within which a Redis must answer. */
const ANSWER_MAX_MS = 10_000

/**
 * Fails soon, where a queue would keep trying for ever.
 * @throws AppError `unavailable`, `not_configured`
 */
export async function assertRedis(address: RedisAddress): Promise<void> {
  const redis = new Redis({
    ...redisOptions(address),
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let lost: unknown
  const late = setTimeout(() => redis.disconnect(), ANSWER_MAX_MS)
  try {
    // The reason comes with the event; without a listener the client itself would log it.
    redis.on('error', (error) => {
      lost = error
    })
    await redis.connect()
    await redis.ping()
    // The client itself would continue in database 0 when another is refused.
    await redis.select(address.db ?? 0)
  } catch (thrown) {
    throw redisError(lost ?? thrown)
  } finally {
    clearTimeout(late)
    redis.disconnect()
  }
}

/** The meanings of Redis replies, by their first word; the first match counts. */
const REFUSALS: readonly (readonly [RegExp, message: string, fix: string])[] = [
  [
    /NOAUTH|WRONGPASS|invalid password|AUTH.*called without/,
    'Redis refuses the name or password.',
    'Correct the name and password in REDIS_URL.',
  ],
  [
    /NOPERM/,
    'Redis does not give its user the permissions that the queue needs.',
    'Give the user of REDIS_URL all commands, keys and channels.',
  ],
  [
    /\bOOM\b/,
    'Redis is full.',
    'Raise maxmemory of Redis, or make room in it. Its maxmemory-policy should be noeviction.',
  ],
  [/MISCONF/, 'Redis cannot save to its disk, and refuses writes.', 'Check the disk and the log of Redis.'],
  [
    /READONLY/,
    'This Redis is a replica, which refuses writes.',
    'Set REDIS_URL to the primary, which accepts writes.',
  ],
  [
    /MOVED|CLUSTERDOWN|CROSSSLOT/,
    'This Redis is part of a cluster, which the queue does not support.',
    'Set REDIS_URL to a Redis without cluster mode, or unset it to put the queue on the database.',
  ],
  [
    /max number of clients/,
    'Redis has no connection left.',
    'Close other clients, or raise maxclients of Redis.',
  ],
  [/DB index/, 'Redis has no database with this number.', 'Correct the number at the end of REDIS_URL.'],
  [
    /certificate|self.signed/i,
    'The certificate of Redis is not trusted.',
    'Add ssl_ca_certs=FILE with its certificate authority to REDIS_URL, or ssl_cert_reqs=none to accept any certificate.',
  ],
]

/** Milliseconds after which Redis may be back. */
const RETRY_MS = 1000

/** @returns an AppError `unavailable` that says what is wrong and how to fix it */
export function redisError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const words = thrown instanceof Error ? thrown.message : ''
  const [, message, fix] = REFUSALS.find(([reply]) => reply.test(words)) ?? []
  return new AppError('unavailable', message ?? 'Redis does not answer.', {
    fix:
      fix ??
      'Check that it runs and that REDIS_URL is right, or unset REDIS_URL to put the queue on the database.',
    retryAfterMs: RETRY_MS,
    cause: thrown,
  })
}
