/** How often one caller may call: counted per key, else per address, in this process or for all gateways together. */
import {
  type RateLimiterAbstract,
  RateLimiterDrizzle,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Actor } from '../core/actor.ts'
import type { Log } from '../core/context.ts'
import { AppError } from '../core/errors.ts'
import { grants } from '../core/scopes.ts'
import { HeadedError } from './headed-error.ts'

/** Who is counted alike. `local`: the owner of this machine, without a key. */
export type Tier = 'anonymous' | 'user' | 'admin' | 'local'

/** Calls a minute of each tier; null: without limit. */
export type RateLimits = Readonly<Record<Tier, number | null>>

/** The owner at this machine can only harm their own gateway, and scripts of theirs may be in a hurry. */
export const RATE_LIMITS: RateLimits = { anonymous: 100, user: 1_000, admin: 10_000, local: null }

const WINDOW_S = 60

/** Refused keys a minute after which an address is told to slow down. */
export const REFUSED_KEYS_PER_MINUTE = 30

/** Milliseconds between two complaints that the shared store does not answer. */
const COMPLAIN_EVERY_MS = 60_000

/** Where calls are counted. Clients are built elsewhere; the limiter knows what to do with them. */
export type RateLimitStore =
  | { readonly kind: 'memory' }
  /** An ioredis client. */
  | { readonly kind: 'redis'; readonly client: object }
  /** A drizzle database and its `rate_limits` table. */
  | { readonly kind: 'postgres'; readonly db: object; readonly table: object }

type Headers = Readonly<Record<string, string>>

/** Counts a call; gives the headers that tell what is left. @throws AppError `rate_limited` */
export type RateLimit = (actor: Actor | undefined, request: Request) => Promise<Headers>

interface RateLimitOptions {
  readonly limits?: Partial<RateLimits>
  readonly store?: RateLimitStore
  readonly log: Log
  /** The address that a request is counted under when no key tells who calls. */
  addressOf(request: Request): string
}

const NO_HEADERS: Headers = {}

export function createRateLimit({ limits, store, log, addressOf }: RateLimitOptions): RateLimit {
  const perMinute = { ...RATE_LIMITS, ...limits }
  const counterOf = (tier: Tier) =>
    createCounter(tier, perMinute[tier], { store: store ?? { kind: 'memory' }, log })
  const counters = {
    anonymous: counterOf('anonymous'),
    user: counterOf('user'),
    admin: counterOf('admin'),
    local: counterOf('local'),
  }
  return async (actor, request) => {
    const counter = counters[tierOf(actor)]
    return counter === undefined ? NO_HEADERS : counter(actor?.keyId ?? addressOf(request))
  }
}

function tierOf(actor: Actor | undefined): Tier {
  if (actor === undefined) return 'anonymous'
  if (actor.keyId === undefined) return 'local'
  return grants(actor.scopes, 'admin') ? 'admin' : 'user'
}

type Counter = (who: string) => Promise<Headers>

interface CounterParts {
  readonly store: RateLimitStore
  readonly log: Log
}

/** Counts the calls of one tier. */
function createCounter(tier: Tier, points: number | null, { store, log }: CounterParts): Counter | undefined {
  if (points === null) return undefined
  const limiter = createLimiter(tier, points, store)
  const standIn = new RateLimiterMemory({ points, duration: WINDOW_S })
  let complainedAtMs = Number.NEGATIVE_INFINITY

  /** A shared store that is away must not stop the gateway: until it is back, each process counts for itself. */
  async function consume(who: string): Promise<RateLimiterRes> {
    try {
      return await limiter.consume(who)
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) throw thrown
      if (performance.now() - complainedAtMs > COMPLAIN_EVERY_MS) {
        complainedAtMs = performance.now()
        log.warn({ err: thrown }, 'the shared rate limits do not answer: counting in this process')
      }
      return await standIn.consume(who)
    }
  }

  return async (who) => {
    try {
      return headersOf(tier, points, await consume(who))
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown
      throw tooMany(tier, points, thrown)
    }
  }
}

function createLimiter(tier: Tier, points: number, store: RateLimitStore): RateLimiterAbstract {
  const options = { keyPrefix: `switchboard:rate:${tier}`, points, duration: WINDOW_S }
  // Whoever is over the limit is refused without asking the store again.
  const shared = { ...options, inMemoryBlockOnConsumed: points + 1 }
  switch (store.kind) {
    case 'memory':
      return new RateLimiterMemory(options)
    case 'redis':
      return new RateLimiterRedis({ ...shared, storeClient: store.client, rejectIfRedisNotReady: true })
    case 'postgres':
      return new RateLimiterDrizzle({ ...shared, storeClient: store.db, schema: store.table })
  }
}

/** `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers: quota, window, what remains, seconds to go. */
function headersOf(tier: Tier, points: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Headers {
  const seconds = Math.ceil(Math.max(msBeforeNext, 0) / 1000)
  return {
    'RateLimit-Policy': `"${tier}";q=${points};w=${WINDOW_S}`,
    RateLimit: `"${tier}";r=${Math.max(remainingPoints, 0)};t=${seconds}`,
  }
}

function tooMany(tier: Tier, points: number, result: RateLimiterRes): HeadedError {
  const retryAfterMs = Math.max(result.msBeforeNext, 1)
  return new HeadedError(
    headersOf(tier, points, result),
    'rate_limited',
    `More than ${points} calls in a minute.`,
    { fix: `Wait ${Math.ceil(retryAfterMs / 1000)} s and call again.`, retryAfterMs },
  )
}

/**
 * Slows down whoever presents wrong keys, once they were found wrong: a right key from the same address is none of theirs.
 * Counted in this process.
 */
export interface KeyAttempts {
  /** Counts a key that was refused. @throws AppError `rate_limited` when there were too many from this address */
  refused(address: string): Promise<void>
}

export function createKeyAttempts(perMinute: number = REFUSED_KEYS_PER_MINUTE): KeyAttempts {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S })
  return {
    async refused(address) {
      try {
        await limiter.consume(address)
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown
        throw tooManyRefused(Math.max(thrown.msBeforeNext, 1))
      }
    },
  }
}

function tooManyRefused(retryAfterMs: number): AppError {
  return new AppError('rate_limited', 'Too many keys from this address were not accepted.', {
    fix: `Wait ${Math.ceil(retryAfterMs / 1000)} s, and check which key is sent.`,
    retryAfterMs,
  })
}
