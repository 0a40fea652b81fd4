/** When a delivery that failed is tried again, and when its receiver counts as broken. */

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Milliseconds after each failed attempt: the schedule that Standard Webhooks recommends ("Retries" in its spec). */
const PAUSES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const

/** The longest pause that a receiver can ask for. */
const ASKED_MAX_MS = DAY_MS

/** Days of nothing but failures after which a webhook is disabled: longer than one delivery is tried. */
export const FAILING_MAX_DAYS = 5
const FAILING_MAX_MS = FAILING_MAX_DAYS * DAY_MS

/** How a delivery failed. */
interface Failure {
  readonly now: Date
  /** How long the receiver asks to be left alone. */
  readonly retryAfterMs?: number | undefined
  /** Milliseconds after each failed attempt; default: those for webhooks and mails. */
  readonly pausesMs?: readonly number[] | undefined
}

/** When a delivery is tried again after so many attempts; undefined: it is given up. */
export function nextTry(
  attempts: number,
  { now, retryAfterMs: askedMs, pausesMs = PAUSES_MS }: Failure,
): Date | undefined {
  const pauseMs = pausesMs[attempts - 1]
  if (pauseMs === undefined) return undefined
  return new Date(now.getTime() + Math.max(pauseMs, Math.min(askedMs ?? 0, ASKED_MAX_MS)))
}

export function hasFailedTooLong(since: Date | null, now: Date): boolean {
  return since !== null && now.getTime() - since.getTime() >= FAILING_MAX_MS
}
