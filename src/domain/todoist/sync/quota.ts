/**
 * How often an account may be synchronized. Todoist takes 1,000 partial and 100 full requests of a user in 15 minutes, of
 * all of the user's apps together.
 */
import type { Usage } from '../tables.ts'

/** What the gateway uses of it: a fifth is left to the person's own apps. */
export const QUOTA = { partial: 800, full: 80 } as const
const WINDOW_MINUTES = 15
const MINUTE_MS = 60_000

export type Extent = keyof typeof QUOTA

/** The usage within the window. */
export function usedOf(usage: Usage, now: Date): Record<Extent, number> {
  const used = { partial: 0, full: 0 }
  for (const { partial, full } of Object.values(recent(usage, now))) {
    used.partial += partial
    used.full += full
  }
  return used
}

/** The usage with one more request; what is older than the window is left out. */
export function countUsed(usage: Usage, extent: Extent, now: Date): Usage {
  const minute = String(minuteOf(now))
  const kept = recent(usage, now)
  const before = kept[minute] ?? { partial: 0, full: 0 }
  return { ...kept, [minute]: { ...before, [extent]: before[extent] + 1 } }
}

/** When another request may be made; undefined: now. */
export function freeFrom(usage: Usage, extent: Extent, now: Date): Date | undefined {
  if (usedOf(usage, now)[extent] < QUOTA[extent]) return undefined
  const counted = Object.entries(recent(usage, now)).filter(([, each]) => each[extent] > 0)
  const oldest = Math.min(...counted.map(([minute]) => Number(minute)))
  return new Date((oldest + WINDOW_MINUTES + 1) * MINUTE_MS)
}

function recent(usage: Usage, now: Date): Usage {
  const first = minuteOf(now) - WINDOW_MINUTES
  return Object.fromEntries(Object.entries(usage).filter(([minute]) => Number(minute) >= first))
}

function minuteOf(moment: Date): number {
  return Math.floor(moment.getTime() / MINUTE_MS)
}
