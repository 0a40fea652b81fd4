/**
 * How often one caller may call: counted per key and per person, else per address, in this process or for all gateways
 * together.
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

/** Who is counted alike. `local`: the owner of this machine, without a key. */
export type Tier = 'anonymous' | 'user' | 'admin' | 'local'

/** Calls a minute of each tier; null: without limit. */
export type RateLimits = Readonly<Record<Tier, number | null>>

/** The owner at this machine can only harm their own gateway, and scripts of theirs may be in a hurry. */
export const RATE_LIMITS: RateLimits = { anonymous: 100, user: 1_000, admin: 10_000, local: null }

/** How many times the calls of one key all keys of a person have together: making more keys gives no more calls. */
export const PERSON_SHARE = 2

/** Refused keys a minute after which an address is told to slow down. */
export const REFUSED_KEYS_PER_MINUTE = 30

/** What the names of limits for a person end with. */
const OF_PERSON = '-person'

/** A person's calls are taken from a shared store in steps of this part of the limit. */
const STEP_SHARE = 0.01

type Headers = Readonly<Record<string, string>>

/** Counts calls, by default one; gives the headers that tell what is left. @throws AppError `rate_limited` */
export type RateLimit = (actor: Actor | undefined, request: Request, calls?: number) => Promise<Headers>

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
 * Counts the calls of all keys of one person. From a shared store it takes a hundredth of them at a time, since a second
 * question to it for each call would double what counting costs.
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

/** `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers: quota, window, what remains, seconds to go. */
function headersOf(name: string, points: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Headers {
  const seconds = Math.ceil(Math.max(msBeforeNext, 0) / 1000)
  return {
    'RateLimit-Policy': `"${name}";q=${points};w=${WINDOW_S}`,
    RateLimit: `"${name}";r=${Math.max(remainingPoints, 0)};t=${seconds}`,
  }
}

/** What a limiter threw, as callers are told of it. */
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
 * Slows down callers who present wrong keys, after the keys were found wrong: a right key from the same address is not slowed down.
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
