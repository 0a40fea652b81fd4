/** Reads a person's words for a moment: a day, a time of day and a time zone, in any order. */
import type { Temporal } from 'temporal-polyfill'
import { localNow, type Moment } from '../clock.ts'
import { readZone, type SaidZone } from '../zones/zone-words.ts'
import type { Calendar, SaidDay } from './calendar-day.ts'
import { HALF, type Read, type SaidTime } from './clock-words.ts'
import { dateOrderOf } from './date-order.ts'
import { readDottedDay } from './day-numbers.ts'
import { readDay } from './day-words.ts'
import { bracketZone, extendedForm, readInstant } from './instant-words.ts'
import { readBareSpan, readPart, readTime } from './time-words.ts'
import type { DayPart } from './vocabulary.ts'

/** The parts of a moment that the words give. */
export interface Said {
  readonly day: SaidDay | null
  readonly time: SaidTime | null
  readonly part: DayPart | null
  readonly zone: SaidZone | null
  /** One exact moment ("in 30 minutes"); everything but the zone is null then. */
  readonly instant: Temporal.Instant | null
  /** Given as a deadline: "by friday". */
  readonly isDeadline: boolean
}

/** The longest moment, in words: "by the end of the day on friday the 4th of december 2026". */
const MAX_MOMENT_WORDS = 14
const LEADS: ReadonlySet<string> = new Set(['by', 'on', 'due', 'before', 'starting'])
const DEADLINES: ReadonlySet<string> = new Set(['by', 'due', 'before'])

/** A line is read many times at one moment, and looking up the time zone costs more than everything else. */
const calendars = new WeakMap<Moment, Calendar>()

/** The calendar of the person's day. */
export function calendarOf(moment: Moment): Calendar {
  const known = calendars.get(moment)
  if (known !== undefined) return known
  const calendar = { today: localNow(moment).toPlainDate(), order: dateOrderOf(moment.timeZone) }
  calendars.set(moment, calendar)
  return calendar
}

/** Reads lower-case words as a moment; undefined when any word does not belong to one. Linear. */
export function readSaid(words: readonly string[], moment: Moment): Said | undefined {
  const { said, length } = readPieces(words, moment)
  return said !== undefined && length === apart(words).length ? said : undefined
}

/** How many words from the start were read as a moment; the rest was not understood. */
export function readableLength(words: readonly string[], moment: Moment): number {
  return readPieces(words, moment).length
}

const NOTHING: Said = { day: null, time: null, part: null, zone: null, instant: null, isDeadline: false }

/** "09:00Z" and "9am+02:00" as a time and a zone. With a minus sign it is a span: "9:00-10:00". */
const GLUED = /^(\d{1,2}(?::\d{2}){1,2}|\d{1,2}(?::\d{2})?[ap]m)(z|utc|gmt|\+\d{1,2}(?::?\d{2})?)$/i

const MAY_BE_GLUED = /^@\d|^\d.*[zct\dm\]]$/i

/** "2026-12-04T09:00:00", as programs write it, optionally with its zone in brackets (RFC 9557). */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?(?:\[([^[\]]+)\])?$/

/** "@3pm". */
const AT = /^(@)(\d\S*)$/

/** Words, separated from anything glued to a time of day. */
export function apart(words: readonly string[]): string[] {
  if (!words.some((word) => MAY_BE_GLUED.test(word))) return [...words]
  return words.flatMap((word) => {
    const pieces = GLUED.exec(word) ?? AT.exec(word) ?? DATE_TIME.exec(extendedDateTime(word))
    return pieces?.slice(1).filter((piece) => piece !== undefined) ?? [word]
  })
}

/** A bare row of eight figures is as likely a number of something as a date. */
const extendedDateTime = (word: string): string =>
  /^\d{8}t/.test(word) ? extendedForm(word).toLowerCase() : word

function readPieces(written: readonly string[], moment: Moment): { said: Said | undefined; length: number } {
  const words = apart(written)
  if (words.length === 0 || words.length > MAX_MOMENT_WORDS) return { said: undefined, length: 0 }
  const exact = readInstant(words, moment)
  if (exact !== undefined) {
    const zone = readZone([bracketZone(words[0] ?? '') ?? ''], 0)?.zone ?? null
    return { said: { ...NOTHING, instant: exact, zone }, length: words.length }
  }
  const calendar = calendarOf(moment)
  let said = NOTHING
  let index = 0
  while (index < words.length) {
    const piece = readPiece(said, { words, index, calendar }) ?? readDashed(said, { words, index, calendar })
    if (piece === undefined) break
    said = { ...said, ...piece.said }
    index += piece.length
  }
  return { said: isWhole(said) ? said : undefined, length: index }
}

interface Place {
  readonly words: readonly string[]
  readonly index: number
  readonly calendar: Calendar
}

interface Piece {
  readonly said: Partial<Said>
  readonly length: number
}

/** "Tomorrow - 9am": a dash between a day and its time. */
function readDashed(said: Said, { words, index, calendar }: Place): Piece | undefined {
  if (said === NOTHING || !/^[-–—]$/.test(words[index] ?? '')) return undefined
  const piece = readPiece(said, { words, index: index + 1, calendar })
  return piece && { ...piece, length: piece.length + 1 }
}

function readPiece(said: Said, place: Place): Piece | undefined {
  const { words, index } = place
  const lead = words[index] ?? ''
  const isDateNext =
    (lead === 'at' && /^\d{4}-/.test(words[index + 1] ?? '')) ||
    (lead === '@' && isDayAt({ ...place, index: index + 1 }))
  // "Due by friday" and "due date friday" have two leads.
  const isDouble = lead === 'due' && (LEADS.has(words[index + 1] ?? '') || words[index + 1] === 'date')
  const leads = isDouble ? 2 : LEADS.has(lead) || isDateNext ? 1 : 0
  const start = index + leads
  const led = readLed(said, { ...place, index: start })
  if (led !== undefined) {
    const deadline = DEADLINES.has(lead) ? { isDeadline: true } : {}
    return { said: { ...led.said, ...deadline }, length: start - index + led.length }
  }
  return readPartOrZone(said, words, index)
}

/** What follows a day or a time: the part of the day, the zone. */
function readPartOrZone(said: Said, words: readonly string[], index: number): Piece | undefined {
  const part = said.part === null ? (readPart(words, index) ?? readHalf(said, words[index] ?? '')) : undefined
  if (part !== undefined) return { said: { part: part.said }, length: part.length }
  const zone = said.zone === null && said.time !== null ? readZone(words, index) : undefined
  return zone && { said: { zone: zone.zone }, length: zone.length }
}

/** "Tomorrow am": am or pm after a day. */
function readHalf({ day, time }: Said, word: string): Read<DayPart> | undefined {
  if (day === null || time !== null || !HALF.test(word)) return undefined
  return { length: 1, said: word.startsWith('a') ? 'morning' : 'afternoon' }
}

/** A day or a time of day, optionally after a lead. */
function readLed(said: Said, { words, index, calendar }: Place): Piece | undefined {
  const end = endOfDayLength(words, index)
  // "Friday eod", "end of day on friday": the other words say which day.
  if (end > 0 && (said.day !== null || isDayAt({ words, index: index + end, calendar })))
    return { said: {}, length: end }
  const isLed = LEADS.has(words[index - 1] ?? '')
  const day =
    said.day === null
      ? (readDay(words, index, calendar) ?? (isLed ? readDottedDay(words[index], calendar) : undefined))
      : undefined
  if (day !== undefined) return { said: { day: day.day }, length: day.length }
  const time = said.time === null ? (readTime(words, index) ?? bareSpanAfter(said, words, index)) : undefined
  return time && { said: { time: time.said }, length: time.length }
}

/** "Tomorrow 10-11": two bare hours are a span of time only after a day; before one, "pages 10-20 tomorrow" has none. */
function bareSpanAfter({ day }: Said, words: readonly string[], index: number): Read<SaidTime> | undefined {
  return day === null ? undefined : readBareSpan(words, index)
}

function endOfDayLength(words: readonly string[], index: number): number {
  if (/^(eod|cob)$/.test(words[index] ?? '')) return 1
  return /^end of (day|business)$/.test(words.slice(index, index + 3).join(' ')) ? 3 : 0
}

function isDayAt({ words, index, calendar }: Place): boolean {
  const start = LEADS.has(words[index] ?? '') ? index + 1 : index
  return readDay(words, start, calendar) !== undefined
}

/** Whether it is a moment: not a bare hour, and not a part of a day or a night without a day or an hour. */
function isWhole({ day, time, part }: Said): boolean {
  if (day === null) return time !== null && (!time.needsDay || part !== null)
  return time !== null || part !== 'night'
}
