/** How long is waited before a failed call is made again. */

/** Milliseconds before the second attempt, doubled for each further one, a minute at most. */
const BACKOFF_MS = 1_000
const BACKOFF_MAX_MS = 60_000

/** Milliseconds after so many failures, spread, so that runs that failed together do not come back together. */
export function backoffMs(failures: number): number {
  return Math.min(BACKOFF_MS * 2 ** (failures - 1), BACKOFF_MAX_MS) * (0.5 + Math.random() / 2)
}
