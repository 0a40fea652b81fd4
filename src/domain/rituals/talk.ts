/** Reads what people type about rituals. */
import { timeIn as readTime } from '../time/reading/time-of-day.ts'
import type { TimedRitual } from './tables.ts'

const RITUALS: ReadonlyMap<string, TimedRitual> = new Map([
  ['brief', 'brief'],
  ['morning brief', 'brief'],
  ['check in', 'midday'],
  ['check-in', 'midday'],
  ['wrap', 'wrap'],
  ['evening wrap', 'wrap'],
  ['wrap-up', 'wrap'],
  ['outcomes', 'outcomes'],
  ['review', 'review'],
  ['weekly review', 'review'],
])

export function ritualIn(text: string): TimedRitual | undefined {
  return RITUALS.get(text.toLowerCase())
}

export function isRitual(text: string): boolean {
  return ritualIn(text) !== undefined
}

/**
 * The time of a ritual as it is set: `8:30`, `8am`, `on` (the usual time) or `off` (null). Undefined: it is none of these.
 */
export function timeIn(text: string, ritual: TimedRitual): string | null | undefined {
  if (/^on$/i.test(text)) return 'usual'
  if (/^off$/i.test(text)) return null
  // "brief at 6" is of the morning, "wrap at 6" of the evening.
  return readTime(text, ritual === 'brief' ? 'morning' : undefined)
}

export function isTime(text: string): boolean {
  return timeIn(text, 'wrap') !== undefined
}

/** Outcomes in one text: one a line, or with `;` between them. */
export function outcomesIn(text: string): string[] {
  return text
    .split(/[;\n]/)
    .map((part) => part.replace(/^\s*(?:\d[.)]|[-*•])\s+/, '').trim())
    .filter((part) => part !== '')
}
