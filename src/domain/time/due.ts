/** When a task is due: a local day, or a local time of day with its zone; how it is read, sorted and compared. */
import * as chrono from 'chrono-node/en'
import { Temporal } from 'temporal-polyfill'
import { instantOf, localDate, localNow, type Moment, utcText } from './clock.ts'
import { parseInstant, type ReadDate, readDateWords, wallTime } from './date-words.ts'
import { normalWords } from './words.ts'

export { localDate, type Moment } from './clock.ts'

/** `time`, `timeZone` and `at` are set together or not at all. */
export interface Due {
  /** YYYY-MM-DD in `timeZone`, or on the person's own calendar when there is no time. */
  date: string
  /** HH:MM on the wall, as it was said: a DST gap moves `at`, never this, so that repeats keep their time. */
  time: string | null
  /** IANA name. */
  timeZone: string | null
  /** The UTC moment, ISO. */
  at: string | null
}

/** What a due date is made of; `timeZone` (the moment's own when left out) counts only beside a time. */
export interface DueParts {
  date: string
  time?: string | null
  timeZone?: string | null
}

const MAX_INPUT_LENGTH = 100
const FIRST_YEAR = 1900
const LAST_YEAR = 9998

/** A validated due; undefined for an impossible date (2026-02-30), time or zone, or a year outside 1900 to 9998. */
export function makeDue(parts: DueParts, moment: Moment): Due | undefined {
  const date = validDate(parts.date)
  if (date === undefined) return undefined
  const time = parts.time ?? null
  if (time === null) return { date, time: null, timeZone: null, at: null }
  const timeZone = parts.timeZone ?? moment.timeZone
  // Temporal takes offsets as zones; a due needs a named zone, or its repeats would miss DST changes.
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time) || /^[+-]/.test(timeZone)) return undefined
  const instant = instantOf(date, time, timeZone)
  return instant === undefined ? undefined : { date, time, timeZone, at: utcText(instant) }
}

/** The due that read words stand for; undefined for refused words. */
export function dueFromWords(read: ReadDate, moment: Moment): Due | undefined {
  if (read.date === null) return undefined
  const due = makeDue({ date: read.date, time: read.time }, moment)
  return due === undefined || read.at === null ? due : { ...due, at: read.at }
}

/**
 * Reads YYYY-MM-DD, a local YYYY-MM-DDTHH:MM[:SS], a date-time with Z or an offset (converted to the person's
 * zone), or words: "tomorrow", "friday 14:00", "in 3 days", "end of month", "Jan 15", "12/24". Words mean the
 * future, at most two years ahead (FlowCoach's rule); written dates may lie anywhere. Undefined when not understood.
 */
export function readDue(input: string, moment: Moment): Due | undefined {
  if (input.length > MAX_INPUT_LENGTH) return undefined
  const text = input.trim()
  const local = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::[0-5]\d(?:\.\d{1,9})?)?)?$/.exec(text)
  if (local !== null) return makeDue({ date: local[1] ?? '', time: local[2] ?? null }, moment)
  if (/^\d{4}-\d{2}-\d{2}[Tt]/.test(text)) return dueOfInstant(text, moment)
  const read = readDateWords(normalWords(text), moment)
  return read === undefined ? readByChrono(text, moment) : dueFromWords(read, moment)
}

function dueOfInstant(text: string, moment: Moment): Due | undefined {
  const instant = parseInstant(text)
  if (instant === undefined) return undefined
  const due = makeDue(wallTime(instant, moment.timeZone), moment)
  return due === undefined ? undefined : { ...due, at: utcText(instant) }
}

/** Words that FlowCoach has no rule for ("2 weeks from friday"), under FlowCoach's bounds. */
function readByChrono(text: string, moment: Moment): Due | undefined {
  const reference = { instant: moment.now, timezone: localNow(moment).offsetNanoseconds / 60e9 }
  const [result, ...others] = chrono.parse(text, reference, { forwardDate: true })
  if (result === undefined || others.length > 0 || result.text.length !== text.length || result.end)
    return undefined
  const { start } = result
  if (!start.isCertain('day')) return undefined
  const pad = (part: 'month' | 'day' | 'hour' | 'minute'): string =>
    String(start.get(part) ?? 0).padStart(2, '0')
  const words = [`${start.get('year')}-${pad('month')}-${pad('day')}`]
  if (start.isCertain('hour')) words.push(`${pad('hour')}:${pad('minute')}`)
  const read = readDateWords(words, moment)
  return read === undefined ? undefined : dueFromWords(read, moment)
}

/**
 * A text that sorts byte by byte: by date, then by time, a whole day after the times of that day, none last. It is
 * the local wall time of each task's own zone, so that a list reads like a calendar; `at` orders exact instants.
 */
export function dueSort(due: Due | null): string {
  return due === null ? '9999' : `${due.date}T${due.time ?? '24:00'}`
}

/** A moment is overdue once it has passed; a day once it is over on the person's calendar. */
export function isOverdue(due: Due, moment: Moment): boolean {
  return due.at === null ? due.date < localDate(moment) : Date.parse(due.at) < moment.now.getTime()
}

/** Whether it falls on the person's today, in the person's zone whatever its own. */
export function isDueToday(due: Due, moment: Moment): boolean {
  return localDueDate(due, moment) === localDate(moment)
}

/** The day of a due on the person's calendar, YYYY-MM-DD. */
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
