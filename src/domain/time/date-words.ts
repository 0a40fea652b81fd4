/** Reads a person's date words by FlowCoach's rules: future only, within two years, in the person's zone. */
import { Temporal } from 'temporal-polyfill'
import { instantOf, localNow, type Moment, utcText } from './clock.ts'
import { readDay } from './day-words.ts'
import { readTime } from './time-words.ts'
import { monthNumber, smallNumber, weekdayNumber } from './vocabulary.ts'

/** How far ahead a date may lie when it is said in words. */
const MAX_YEARS_AHEAD = 2

/** Words read as a date. `date` is null for what looks like a date and is none that may be used. */
export interface ReadDate {
  date: string | null
  time: string | null
  /** Set when the words name one exact instant, which a wall time that happens twice cannot. */
  at: string | null
  /** False when only a time of day was named. */
  dated: boolean
  /** The priority that FlowCoach reads from the same words: today and tomorrow 2, this week 4. */
  implied: 1 | 2 | 4 | null
}

const REFUSED: ReadDate = { date: null, time: null, at: null, dated: true, implied: null }
const DAY_LEADS: ReadonlySet<string> = new Set(['by', 'on', 'due', 'before', 'until', 'starting', 'deadline'])

/** The words that dates are made of, besides names and numbers; one other word and there is nothing to read. */
const DATE_WORDS: ReadonlySet<string> = new Set([
  ...DAY_LEADS,
  ...['today', 'tonight', 'tomorrow', 'tomorow', 'tommorow', 'tommorrow', 'tmr', 'tmrw', 'eod', 'eow', 'eom'],
  ...['must', 'do', 'the', 'day', 'days', 'after', 'end', 'of', 'this', 'next', 'coming', 'week', 'weeks'],
  ...['month', 'months', 'year', 'in', 'from', 'now', 'at', '@', 'am', 'pm', 'a.m', 'p.m', 'morning', 'noon'],
  ...['midday', 'afternoon', 'evening', 'min', 'mins', 'minute', 'minutes', 'hr', 'hrs', 'hour', 'hours'],
])

const mayBeDate = (word: string): boolean =>
  /^\d/.test(word) ||
  DATE_WORDS.has(word) ||
  weekdayNumber(word) !== undefined ||
  monthNumber(word) !== undefined ||
  smallNumber(word) !== undefined

interface Pieces {
  day: { date: string | null; implied: 1 | 2 | 4 | null } | null
  time: string | null
}

/**
 * Reads lower-case words, all of them, as a date, a time of day or both in either order ("friday at 14:00",
 * "9am tomorrow", "in 3 days", "in 30 minutes"). Undefined when some word is no part of a date. Linear.
 */
export function readDateWords(words: readonly string[], moment: Moment): ReadDate | undefined {
  if (words.length === 0 || words.length > 10 || !words.every(mayBeDate)) return undefined
  const exact = readExact(words, moment)
  if (exact !== undefined) return exact
  const pieces = readPieces(words, moment)
  if (pieces === undefined) return undefined
  const today = localNow(moment).toPlainDate()
  if (pieces.day !== null) return bounded(pieces.day, pieces.time, moment)
  const isStillAhead = bounded({ date: today.toString(), implied: null }, pieces.time, moment).date !== null
  const date = (isStillAhead ? today : today.add({ days: 1 })).toString()
  return { date, time: pieces.time, at: null, dated: false, implied: null }
}

/** The last day that words may name, YYYY-MM-DD. */
export function lastDate(moment: Moment): string {
  return localNow(moment).toPlainDate().add({ years: MAX_YEARS_AHEAD }).toString()
}

/** FlowCoach's rule: valid only in the future (today counts) and within two years. */
function bounded(
  day: { date: string | null; implied: 1 | 2 | 4 | null },
  time: string | null,
  moment: Moment,
): ReadDate {
  if (day.date === null) return REFUSED
  const now = localNow(moment)
  const date = Temporal.PlainDate.from(day.date)
  const today = now.toPlainDate()
  const isTooEarly = Temporal.PlainDate.compare(date, today) < 0
  const isTooLate = day.date > lastDate(moment)
  if (isTooEarly || isTooLate) return REFUSED
  const instant = time === null ? undefined : instantOf(day.date, time, moment.timeZone)
  if (instant !== undefined && instant.epochMilliseconds < moment.now.getTime()) return REFUSED
  return { date: day.date, time, at: null, dated: true, implied: day.implied }
}

function readPieces(words: readonly string[], moment: Moment): Pieces | undefined {
  const pieces: Pieces = { day: null, time: null }
  const today = localNow(moment).toPlainDate()
  let index = 0
  while (index < words.length) {
    const isLed = DAY_LEADS.has(words[index] ?? '')
    const start = isLed ? index + 1 : index
    const day = pieces.day === null ? readDay(words, start, today) : undefined
    if (day !== undefined) {
      pieces.day = { date: day.date, implied: day.implied }
      index = start + day.length
      continue
    }
    const hasDay = pieces.day !== null || index === 0
    const time = pieces.time === null ? readTime(words, start, hasDay) : undefined
    if (time === undefined) return undefined
    index = start + time.length
    if (time.needsDay && pieces.day === null && index >= words.length) return undefined
    pieces.time = time.time
  }
  return pieces
}

const OFFSET_TIME = /^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(z|[+-]\d{2}:?\d{2})$/

/** Words that name an instant: a date-time with an offset, or "in 30 minutes" and "in 2 hours". */
function readExact(words: readonly string[], moment: Moment): ReadDate | undefined {
  const first = words[0] ?? ''
  if (words.length === 1) {
    if (!OFFSET_TIME.test(first)) return undefined
    const instant = parseInstant(first)
    return instant === undefined ? REFUSED : fromInstant(instant, moment)
  }
  const amount = smallNumber(words[1])
  const unit = /^(min|mins|minute|minutes)$/.test(words[2] ?? '')
    ? 1
    : /^(hr|hrs|hour|hours)$/.test(words[2] ?? '')
      ? 60
      : 0
  if (first !== 'in' || words.length !== 3 || amount === undefined || amount < 1 || unit === 0)
    return undefined
  const now = Temporal.Instant.fromEpochMilliseconds(moment.now.getTime())
  return fromInstant(now.add({ minutes: amount * unit }), moment)
}

/** The instant of a date-time with `Z` or an offset; undefined when there is no such date or time. */
export function parseInstant(text: string): Temporal.Instant | undefined {
  try {
    return OFFSET_TIME.test(text.toLowerCase()) ? Temporal.Instant.from(text.toUpperCase()) : undefined
  } catch {
    return undefined
  }
}

/** An instant on the person's wall clock, in whole minutes. */
export function wallTime(instant: Temporal.Instant, timeZone: string): { date: string; time: string } {
  const local = instant.toZonedDateTimeISO(timeZone)
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
  }
}

function fromInstant(instant: Temporal.Instant, moment: Moment): ReadDate {
  const { date, time } = wallTime(instant, moment.timeZone)
  const read = bounded({ date, implied: null }, null, moment)
  const isPast = instant.epochMilliseconds < moment.now.getTime()
  return read.date === null || isPast ? REFUSED : { ...read, time, at: utcText(instant) }
}
