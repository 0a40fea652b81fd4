/**
 * Limits how often one caller may call: counted per key and per person, or else per address, in this process or for all
 * gateways together.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Log } from '../../core/operation/context.ts'
import { grants } from '../../core/operation/scopes.ts'
import { HeadedError } from '../http/headed-error.ts'
import {
  type CounterParts,
  createComplaint,
  createConsume,
  type RateLimitStore,
  takeBySteps,
  WINDOW_S,
} from './rate-counter.ts'

/** Callers that are counted alike. `local`: the owner of this machine, without a key. */
export type Tier = 'anonymous' | 'user' | 'admin' | 'local'

/** Calls per minute of each tier; null: no limit. */
export type RateLimits = Readonly<Record<Tier, number | null>>

/** The owner at this machine can only harm their own gateway, and their scripts may be in a hurry. */
export const RATE_LIMITS: RateLimits = { anonymous: 100, user: 1_000, admin: 10_000, local: null }

/**
 * All keys of a person together may make this many times the calls of one key: creating more keys gives no more calls.
 */
export const PERSON_SHARE = 2

/** Refused keys per minute after which an address must slow down. */
export const REFUSED_KEYS_PER_MINUTE = 30

/** The suffix of the names of limits for a person. */
const OF_PERSON = '-person'

/** A person's calls are taken from a shared store in steps of this share of the limit. */
const STEP_SHARE = 0.01

type Headers = Readonly<Record<string, string>>

/**
 * Counts calls, by default one; answers with the headers that tell what is left.
 * @throws AppError `rate_limited`
 */
export type RateLimit = (actor: Actor | undefined, request: Request, calls?: number) => Promise<Headers>

interface RateLimitOptions {
  readonly limits?: Partial<RateLimits>
  readonly store?: RateLimitStore
  readonly log: Log
  /** The address under which a request is counted when no key identifies the caller. */
  addressOf(request: Request): string
}

const NO_HEADERS: Headers = {}

export function createRateLimit({ limits, store, log, addressOf }: RateLimitOptions): RateLimit {
  const perMinute = { ...RATE_LIMITS, ...limits }
  const parts: CounterParts = { store: store ?? { kind: 'memory' }, complain: createComplaint(log) }
  const counterOf = (tier: Tier) => createCounter(tier, perMinute[tier], parts)
  const counters = {
    anonymous: counterOf('anonymous'),
    user: counterOf('user'),
    admin: counterOf('admin'),
    local: counterOf('local'),
  }
  const persons = {
    user: createPersonCounter('user', perMinute.user, parts),
    admin: createPersonCounter('admin', perMinute.admin, parts),
  }
  return async (actor, request, calls = 1) => {
    const tier = tierOf(actor)
    const headers = await counters[tier]?.(actor?.keyId ?? addressOf(request), calls)
    if (actor !== undefined && (tier === 'user' || tier === 'admin')) {
      await persons[tier]?.(actor.personId, calls)
    }
    return headers ?? NO_HEADERS
  }
}

function tierOf(actor: Actor | undefined): Tier {
  if (actor === undefined) return 'anonymous'
  if (actor.keyId === undefined) return 'local'
  return grants(actor.scopes, 'admin') ? 'admin' : 'user'
}

type Counter = (who: string, calls: number) => Promise<Headers>

/** Counts the calls of one tier. */
function createCounter(tier: Tier, points: number | null, parts: CounterParts): Counter | undefined {
  if (points === null) return undefined
  const consume = createConsume(tier, points, parts)
  return async (who, calls) => {
    try {
      return headersOf(tier, points, await consume(who, calls))
    } catch (thrown) {
      throw refusal(thrown, tier, points)
    }
  }
}

/**
 * Counts the calls of all keys of one person. It takes a hundredth of them from a shared store at a time, because a
 * second request per call would double the cost of counting.
 */
function createPersonCounter(tier: Tier, perKey: number | null, parts: CounterParts) {
  if (perKey === null) return undefined
  const points = perKey * PERSON_SHARE
  const name = `${tier}${OF_PERSON}`
  const step = parts.store.kind === 'memory' ? 1 : Math.max(1, Math.floor(points * STEP_SHARE))
  const take = takeBySteps(step, createConsume(name, points, parts))
  return async (personId: string, calls: number): Promise<void> => {
    try {
      await take(personId, calls)
    } catch (thrown) {
      throw refusal(thrown, name, points)
    }
  }
}

/**
 * `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers: quota, window, what remains, seconds to
 * go.
 */
function headersOf(name: string, points: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Headers {
  const seconds = Math.ceil(Math.max(msBeforeNext, 0) / 1000)
  return {
    'RateLimit-Policy': `"${name}";q=${points};w=${WINDOW_S}`,
    RateLimit: `"${name}";r=${Math.max(remainingPoints, 0)};t=${seconds}`,
  }
}

/** A limiter's error in the form for callers. */
function refusal(thrown: unknown, name: string, points: number): unknown {
  if (!(thrown instanceof RateLimiterRes)) return thrown
  const retryAfterMs = Math.max(thrown.msBeforeNext, 1)
  const whose = name.endsWith(OF_PERSON) ? ' by all keys of this person' : ''
  return new HeadedError(
    headersOf(name, points, thrown),
    'rate_limited',
    `More than ${points} calls in a minute${whose}.`,
    { fix: `Wait ${Math.ceil(retryAfterMs / 1000)} s and call again.`, retryAfterMs },
  )
}

/**
 * Slows down callers who present wrong keys, after the keys were checked: a right key from the same address is not
 * slowed down. Counted in this process.
 */
export interface KeyAttempts {
  /**
   * Counts a refused key.
   * @throws AppError `rate_limited` after too many from this address
   */
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
