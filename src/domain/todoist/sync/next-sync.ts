/** When an account is synchronized next. */
import type { MirrorRow } from './lease.ts'

/** Milliseconds between two synchronizations: while somebody works with the account, and otherwise. */
const ACTIVE_EVERY_MS = 30_000
const IDLE_EVERY_MS = 15 * 60_000
/** Milliseconds for which an account counts as active after somebody worked with it. */
const ACTIVE_FOR_MS = 15 * 60_000

export function nextAfter({ activeUntil }: Pick<MirrorRow, 'activeUntil'>, now: Date): Date {
  const isActive = activeUntil !== null && activeUntil > now
  return new Date(now.getTime() + (isActive ? ACTIVE_EVERY_MS : IDLE_EVERY_MS))
}

export function activeAfter(now: Date): Date {
  return new Date(now.getTime() + ACTIVE_FOR_MS)
}
