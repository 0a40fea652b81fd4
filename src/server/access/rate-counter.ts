/** Counts calls per minute: in this process, in Redis, or in the database. */
import {
  type RateLimiterAbstract,
  RateLimiterDrizzle,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Log } from '../../core/operation/context.ts'

export const WINDOW_S = 60

/** Milliseconds between two warnings that the shared store does not answer. */
const COMPLAIN_EVERY_MS = 60_000

/** Where calls are counted. The clients are created elsewhere; the limiter knows how to use them. */
export type RateLimitStore =
  | { readonly kind: 'memory' }
  /** An ioredis client. */
  | { readonly kind: 'redis'; readonly client: object }
  /** A drizzle database and its `rate_limits` table. */
  | { readonly kind: 'postgres'; readonly db: object; readonly table: object }

export interface CounterParts {
  readonly store: RateLimitStore
  /** Warns that the store does not answer. */
  complain(err: unknown): void
}

/** Warns once in a while, however many counters have reason to. */
export function createComplaint(log: Log): CounterParts['complain'] {
  let complainedAtMs = Number.NEGATIVE_INFINITY
  return (err) => {
    if (performance.now() - complainedAtMs < COMPLAIN_EVERY_MS) return
    complainedAtMs = performance.now()
    log.warn({ err }, 'the shared rate limits do not answer: counting in this process')
  }
}

export type Consume = (who: string, calls: number) => Promise<RateLimiterRes>

/** @throws RateLimiterRes when there are no points left */
export function createConsume(name: string, points: number, { store, complain }: CounterParts): Consume {
  const limiter = createLimiter(name, points, store)
  const standIn = new RateLimiterMemory({ points, duration: WINDOW_S })

  /** A shared store that is unavailable must not stop the gateway: meanwhile each process counts on its own. */
  return async (who, calls) => {
    try {
      return await limiter.consume(who, calls)
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) throw thrown
      complain(thrown)
      return await standIn.consume(who, calls)
    }
  }
}

/** Points that were taken, usable until their window is over. */
interface Taken {
  left: number
  untilMs: number
  /** A step that is being taken, for which all callers wait who arrive meanwhile. */
  more: Promise<void> | undefined
}

/** How many people's points are kept at once; others lose theirs, which costs them a step. */
const TAKEN_MAX_PEOPLE = 10_000

/**
 * Takes points in steps and hands them out here, so that one request to a shared store is enough for many calls.
 * Callers who arrive while a step is being taken wait for it.
 */
export function takeBySteps(step: number, consume: Consume) {
  const takenBy = new Map<string, Taken>()

  function takenOf(who: string): Taken {
    const known = takenBy.get(who)
    if (known !== undefined) return known
    if (takenBy.size >= TAKEN_MAX_PEOPLE) takenBy.clear()
    const taken = { left: 0, untilMs: 0, more: undefined }
    takenBy.set(who, taken)
    return taken
  }

  async function takeMore(who: string, taken: Taken, calls: number): Promise<void> {
    const points = Math.max(step, calls)
    try {
      const { msBeforeNext } = await consume(who, points)
      taken.left += points
      taken.untilMs = performance.now() + msBeforeNext
    } finally {
      taken.more = undefined
    }
  }

  return async (who: string, calls: number): Promise<void> => {
    const taken = takenOf(who)
    if (performance.now() >= taken.untilMs) taken.left = 0
    while (taken.left < calls) {
      taken.more ??= takeMore(who, taken, calls)
      await taken.more
    }
    taken.left -= calls
  }
}

function createLimiter(name: string, points: number, store: RateLimitStore): RateLimiterAbstract {
  const options = { keyPrefix: `switchboard:rate:${name}`, points, duration: WINDOW_S }
  // A caller over the limit is refused without asking the store again.
  const shared = { ...options, inMemoryBlockOnConsumed: points + 1 }
  switch (store.kind) {
    case 'memory':
      return new RateLimiterMemory(options)
    case 'redis':
      return new RateLimiterRedis({ ...shared, storeClient: store.client, rejectIfRedisNotReady: true })
    case 'postgres':
      return new RateLimiterDrizzle({
        ...shared,
        storeClient: store.db,
        schema: store.table,
        // Housekeeping deletes old counts: the library's own timer would go on after the store is closed.
        clearExpiredByTimeout: false,
      })
  }
}
