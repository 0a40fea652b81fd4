/** Limits how much each hook receives in a minute, and how often an address may send what is not accepted. */
import { RateLimiterRes } from 'rate-limiter-flexible'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/operation/context.ts'
import { createComplaint, createConsume, type RateLimitStore, takeBySteps } from '../access/rate-counter.ts'
import { createKeyAttempts } from '../access/rate-limit.ts'

/** Reports a minute of one hook. */
const REPORTS_PER_MINUTE = 6_000
/** Bytes of a body that count as much as another report. */
const BYTES_PER_REPORT = 65_536
/** Reports that are taken from a shared store at a time. */
const STEP = 60

export interface HookLimit {
  /** @throws AppError `rate_limited` */
  taken(hook: string, bytes: number): Promise<void>
  /**
   * Counts a report that was not accepted, for its address.
   * @throws what it was refused with, or AppError `rate_limited`
   */
  refused(request: Request, why: unknown): Promise<never>
}

interface HookLimitOptions {
  readonly store: RateLimitStore
  readonly log: Log
  readonly perMinute?: number
  addressOf(request: Request): string
}

export function createHookLimit({ store, log, addressOf, perMinute }: HookLimitOptions): HookLimit {
  const points = perMinute ?? REPORTS_PER_MINUTE
  const step = store.kind === 'memory' ? 1 : Math.min(STEP, points)
  const take = takeBySteps(step, createConsume('hook', points, { store, complain: createComplaint(log) }))
  const attempts = createKeyAttempts()
  return {
    async taken(hook, bytes) {
      try {
        await take(hook, 1 + Math.floor(bytes / BYTES_PER_REPORT))
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown
        throw new AppError('rate_limited', 'This hook receives more than it takes in a minute.', {
          fix: 'Report it again later.',
          retryAfterMs: Math.max(thrown.msBeforeNext, 1),
        })
      }
    },
    async refused(request, why) {
      if (toAppError(why).code === 'unauthenticated') await attempts.refused(addressOf(request))
      throw why
    },
  }
}
