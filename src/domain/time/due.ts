/** When a task is due: a local day, or a local time of day with its zone; how it is made, sorted and compared. */
import { Temporal } from 'temporal-polyfill'
import { instantOf, localDate, type Moment, utcText } from './clock.ts'

export { localDate, type Moment } from './clock.ts'

/** `time`, `timeZone` and `at` are set together or not at all. */
export interface Due {
  /** YYYY-MM-DD in `timeZone`, or on the person's own calendar if there is no time. */
  date: string
  /** HH:MM on the wall, as it was given: a DST gap moves `at`, never this, so that repeats keep their time. */
  time: string | null
  /** IANA name. */
  timeZone: string | null
  /** The UTC moment, ISO. */
  at: string | null
}

/** The parts of a due date; `timeZone` (by default the moment's own) counts only with a time. */
export interface DueParts {
  date: string
  time?: string | null
  timeZone?: string | null
}

export const FIRST_YEAR = 1900
export const LAST_YEAR = 9998

/** A validated due; undefined for an impossible date (2026-02-30), time or zone, or a year outside 1900 to 9998. */
export function makeDue(parts: DueParts, moment: Moment): Due | undefined {
  const date = validDate(parts.date)
  if (date === undefined) return undefined
  const time = parts.time ?? null
  if (time === null) return { date, time: null, timeZone: null, at: null }
  const timeZone = parts.timeZone ?? moment.timeZone
  // Temporal accepts offsets as zones; a due date needs a named zone, or its repeats would miss DST changes.
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time) || /^[+-]/.test(timeZone)) return undefined
  const instant = instantOf(date, time, timeZone)
  return instant === undefined ? undefined : { date, time, timeZone, at: utcText(instant) }
}

/**
 * A text that sorts byte by byte: by date, then by time, a whole day after the times of that day, no due date last. It
 * is the local wall time in each task's own zone, so that a list reads like a calendar; `at` orders exact instants.
 */
export function dueSort(due: Due | null): string {
  return due === null ? '9999' : `${due.date}T${due.time ?? '24:00'}`
}

/** A moment is overdue once it has passed; a day once it is over on the person's calendar. */
export function isOverdue(due: Due, moment: Moment): boolean {
  return due.at === null ? due.date < localDate(moment) : Date.parse(due.at) < moment.now.getTime()
}

/** Whether it falls on the person's today, in the person's own zone. */
export function isDueToday(due: Due, moment: Moment): boolean {
  return localDueDate(due, moment) === localDate(moment)
}

/** The day of a due date on the person's calendar, YYYY-MM-DD. */
export function localDueDate(due: Due, moment: Moment): string {
  return due.at === null ? due.date : localDate({ now: new Date(due.at), timeZone: moment.timeZone })
}

function validDate(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    const date = Temporal.PlainDate.from(text)
    return date.year >= FIRST_YEAR && date.year <= LAST_YEAR ? text : undefined
  } catch {
    return undefined
  }
}
