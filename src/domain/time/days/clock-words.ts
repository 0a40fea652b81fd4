/** Reads one time of day: "9am", "14:30", "half past nine", "nine pm", "9 o'clock". */
import type { Unread } from '../unread.ts'
import { smallNumber } from './vocabulary.ts'

/** A time of day in words. */
export interface SaidTime {
  readonly hour: number
  readonly minute: number
  /** Given without am or pm, so that "in the evening" may settle it. */
  readonly isOpen: boolean
  /** A verse, a score or a price, unless a day comes beside it ("at 9", "3:16"). */
  readonly needsDay: boolean
  /** Minutes until the end, if a span was given ("3-4pm"). */
  readonly lengthMinutes: number | null
  /** It is unclear which of the day's two midnights is meant. */
  readonly isMidnight: boolean
}

/** What was read from words, and how many words it took. */
export interface Read<T> {
  readonly length: number
  readonly said: T
}

export const HOURS_PER_DAY = 24
export const MINUTES_PER_HOUR = 60
export const MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR

export const said = (hour: number, minute: number, more: Partial<SaidTime> = {}): SaidTime => ({
  ...{ hour, minute, isOpen: false, needsDay: false, lengthMinutes: null, isMidnight: false },
  ...more,
})

const CLOCK = /^(\d{1,2})(?:([:.])([0-5]\d))?(?::[0-5]\d)?(a|p|am|pm|a\.m|p\.m)?$/
/** "17h", "17h30", as much of Europe and Brazil writes the hours of a day. */
const HOURS = /^(\d{1,2})h([0-5]\d)?$/
/** Words for the half of the day. */
export const HALF = /^(am|pm|a\.m|p\.m)$/

/** A time in figures. `hasAt`: it follows "at", which makes a bare hour a time. */
export function readClock(
  words: readonly string[],
  start: number,
  hasAt: boolean,
): Read<SaidTime> | undefined {
  const [, hourText = '', mark, minuteText, glued] = CLOCK.exec(words[start] ?? '') ?? []
  if (hourText === '') return readHours(words[start] ?? '', hasAt)
  const apart = glued === undefined ? HALF.exec(words[start + 1] ?? '')?.[1] : undefined
  const half = glued ?? apart
  const figures = { hourText, minute: Number(minuteText ?? '0'), mark: minuteText === undefined ? '' : mark }
  const time = half === undefined ? openTime(figures, hasAt) : halvedTime(figures, half, hasAt)
  return time && { length: apart === undefined ? 1 : 2, said: time }
}

/** Up to 12 it is a length ("2h"), unless "at" makes it a time. */
function readHours(word: string, hasAt: boolean): Read<SaidTime> | undefined {
  const [, hourText = '', minuteText = '0'] = HOURS.exec(word) ?? []
  const hour = Number(hourText)
  if (hourText === '' || hour >= HOURS_PER_DAY || !(hasAt || hour > 12)) return undefined
  return { length: 1, said: said(hour, Number(minuteText), { needsDay: !hasAt }) }
}

/** A time with am or pm. "5a" and "3p" are times only after "at". */
function halvedTime({ hourText, minute, mark }: Figures, half: string, hasAt: boolean): SaidTime | undefined {
  const hour = Number(hourText)
  const isUnsure = half.length === 1 && !hasAt && mark !== ':'
  if (isUnsure || hour < 1 || hour > 12) return undefined
  return said((hour % 12) + (half.startsWith('p') ? 12 : 0), minute)
}

interface Figures {
  readonly hourText: string
  readonly minute: number
  /** The sign between the hour and the minute; empty for a bare hour. */
  readonly mark: string | undefined
}

/** A time without am or pm. A bare hour needs "at" and a day; "3:16" alone may be a verse or a score. */
function openTime({ hourText, minute, mark }: Figures, hasAt: boolean): SaidTime | undefined {
  const hour = Number(hourText)
  if (hour >= HOURS_PER_DAY || (mark !== ':' && !hasAt)) return undefined
  const isOpen = hour >= 1 && hour <= 12 && !hourText.startsWith('0')
  const needsDay = mark !== ':' || (!hasAt && hourText.length === 1)
  return said(hour, minute, { isOpen, needsDay })
}

const SPOKEN: ReadonlyMap<string, number> = new Map([
  ...[5, 10, 20, 25].map((minutes): [string, number] => [String(minutes), minutes]),
  ...([
    ['five', 5],
    ['ten', 10],
    ['quarter', 15],
    ['twenty', 20],
    ['twenty-five', 25],
    ['half', 30],
  ] as const),
])

/** "10 to 5" may be ten minutes before five, or a span of seven hours; "20 to 5" cannot be a span. */
const TWO_WAYS = /^(5|10) to (\d{1,2}(:[0-5]\d)?([ap]m)?|[a-z]+)$/

/** The words at `index` that may be either a time of day or a span of time. */
export function timeOrSpan(words: readonly string[], index: number): string | undefined {
  const text = words.slice(index, index + 3).join(' ')
  const last = words[index + 2]
  const isHour = hourOf(last) !== undefined || readClock([last ?? ''], 0, true) !== undefined
  return TWO_WAYS.test(text) && isHour ? text : undefined
}

/** Why such words are not read. */
export const asTimeOrSpan = (text: string): Unread => ({
  unread: `"${text}" may be a time of day or a span of time`,
  instead: 'Write the time as 16:50, or the span as 10:00-17:00.',
})

/** The reason for the first words that may be either a time or a span. */
export function findTimeOrSpan(words: readonly string[]): Unread | undefined {
  const text = words.map((_, index) => timeOrSpan(words, index)).find((each) => each !== undefined)
  return text === undefined ? undefined : asTimeOrSpan(text)
}

/** A time in words: "nine pm", "9 o'clock", "half past nine", "quarter to 5pm", "20 past 9". */
export function readSpoken(
  words: readonly string[],
  start: number,
  hasAt: boolean,
): Read<SaidTime> | undefined {
  const first = words[start] === 'a' ? start + 1 : start
  const minutes = SPOKEN.get(words[first] ?? '')
  const side = /^(past|after|to)$/.exec(words[first + 1] ?? '')?.[0]
  if (minutes === undefined || side === undefined) return readHour(words, start, hasAt)
  if (timeOrSpan(words, first) !== undefined) return undefined
  // "Room 10 after 9": figures without "past" or "to" count something else.
  if (/^\d/.test(words[first] ?? '') && side === 'after') return undefined
  const base = readHour(words, first + 2, true) ?? readClock(words, first + 2, true)
  if (base === undefined || base.said.minute !== 0 || (side === 'to' && minutes === 30)) return undefined
  const total = base.said.hour * MINUTES_PER_HOUR + (side === 'to' ? -minutes : minutes)
  const at = (total + MINUTES_PER_DAY) % MINUTES_PER_DAY
  const hour = Math.floor(at / MINUTES_PER_HOUR)
  const time = said(
    // "Quarter to one" is 12:45: am or pm is still open.
    base.said.isOpen && hour === 0 ? 12 : hour,
    at % MINUTES_PER_HOUR,
    { isOpen: base.said.isOpen, needsDay: base.said.isOpen && !hasAt },
  )
  return { length: first + 2 + base.length - start, said: time }
}

const SPOKEN_MINUTES: ReadonlyMap<string, number> = new Map([
  ['ten', 10],
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['forty', 40],
  ['forty-five', 45],
  ['fifty', 50],
])

/** "seven thirty", "seven fifteen pm". */
function readMinuteInWords(hour: number, words: readonly string[], at: number): Read<SaidTime> | undefined {
  const minute = SPOKEN_MINUTES.get(words[at] ?? '')
  if (minute === undefined) return undefined
  const half = HALF.exec(words[at + 1] ?? '')?.[1]
  if (half === undefined) return { length: 2, said: said(hour, minute, { isOpen: true, needsDay: true }) }
  return { length: 3, said: said((hour % 12) + (half.startsWith('p') ? 12 : 0), minute) }
}

/** "nine", "nine pm", "nine thirty", "9 o'clock". */
function readHour(words: readonly string[], start: number, hasAt: boolean): Read<SaidTime> | undefined {
  const word = words[start] ?? ''
  const hour = hourOf(word)
  const next = words[start + 1] ?? ''
  if (hour === undefined) return undefined
  if (/^o['’]?clock$/.test(next))
    return { length: 2, said: said(hour, 0, { isOpen: true, needsDay: !hasAt }) }
  if (/\d/.test(word)) return undefined
  const timed = readMinuteInWords(hour, words, start + 1)
  if (timed !== undefined) return hasAt || timed.length > 2 ? timed : undefined
  if (HALF.test(next)) return { length: 2, said: said((hour % 12) + (next.startsWith('p') ? 12 : 0), 0) }
  return hasAt ? { length: 1, said: said(hour, 0, { isOpen: true, needsDay: true }) } : undefined
}

function hourOf(word: string | undefined): number | undefined {
  const hour = smallNumber(/^an?$/.test(word ?? '') ? undefined : word)
  return hour !== undefined && hour >= 1 && hour <= 12 ? hour : undefined
}

/** The two times that an open hour may mean, morning first. */
export function halves(time: SaidTime): SaidTime[] {
  const hour = time.hour % 12
  return [
    { ...time, hour },
    { ...time, hour: hour + 12 },
  ]
}
