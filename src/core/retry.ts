/** Repeats work that failed for a temporary reason: the one retry loop, with its pauses, limits and cancellation. */
import { setTimeout as pause } from 'node:timers/promises'
import { toAppError } from './errors.ts'

/** Milliseconds before the next attempt after so many failures; the last failure threw `thrown`. */
export type DelayMs = (failures: number, thrown?: unknown) => number

interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number
  /** @throws the reason of the signal as soon as it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface RetryPlan {
  /** Whether the failure may be temporary. Other errors are thrown at once. */
  retryIf(thrown: unknown): boolean
  readonly delayMs: DelayMs
  /** Attempts in all; default: no limit. */
  readonly attempts?: number
  /** Milliseconds after which no attempt begins; default: no limit. */
  readonly withinMs?: number
  /** Ends a pause. Running work has to watch the signal itself. */
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock
}

/**
 * The outcome of the first attempt that succeeds.
 * @throws what the last attempt threw, or the reason of a signal that ended a pause
 */
export async function retry<T>(work: () => Promise<T>, plan: RetryPlan): Promise<T> {
  const { attempts = Infinity, withinMs = Infinity, clock = SYSTEM_CLOCK } = plan
  const startedAt = clock.now()
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (!plan.retryIf(thrown) || failures >= attempts) throw thrown
      const delayMs = plan.delayMs(failures, thrown)
      if (clock.now() - startedAt + delayMs > withinMs) throw thrown
      await clock.sleep(delayMs, plan.signal)
    }
  }
}

/**
 * The pause that the error names (`retryAfterMs`). Otherwise a pause that doubles with each failure and is spread over
 * its second half, so that callers that failed together do not come back together. Never longer than `maxMs`.
 */
export function backoff({ firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number }): DelayMs {
  return (failures, thrown) => {
    const namedMs = thrown === undefined ? undefined : toAppError(thrown).retryAfterMs
    if (namedMs !== undefined) return Math.min(namedMs, maxMs)
    return Math.min(firstMs * 2 ** (failures - 1), maxMs) * (0.5 + Math.random() / 2)
  }
}

/** @throws the reason of the signal as soon as it is aborted */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await pause(ms, undefined, { ...(signal && { signal }) }).catch(() => signal?.throwIfAborted())
}

const SYSTEM_CLOCK: Clock = { now: () => performance.now(), sleep }
