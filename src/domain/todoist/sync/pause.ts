/** Pauses that double with each failure. One process at a time asks for an account, so that they need no spread. */

/** Milliseconds before the next attempt after so many failures. */
export function growingPauseMs(failures: number, maxMs: number): number {
  return Math.min(FIRST_MS * 2 ** (Math.max(failures, 1) - 1), maxMs)
}

const FIRST_MS = 2_000
