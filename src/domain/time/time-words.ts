/** Reads the words for a time of day: "9am", "at 14:30", "half past nine", "3-4pm", "noon", "in the morning". */
import { smallNumber } from './vocabulary.ts'

/** A time of day as it was said. */
export interface SaidTime {
  readonly hour: number
  readonly minute: number
  /** Said without a half of the day, so that "in the evening" may put it there. */
  readonly isOpen: boolean
  /** A verse, a score or a price, unless a day stands beside it ("at 9", "3:16"). */
  readonly needsDay: boolean
  /** Minutes until the end, where a span was said ("3-4pm"). */
  readonly lengthMinutes: number | null
  /** Of the two midnights of a day it is not said which. */
  readonly isMidnight: boolean
}

/** A part of the day, which stands for a time of its own or says which half another time is in. */
export type DayPart = 'morning' | 'afternoon' | 'evening' | 'night'

interface Read<T> {
  readonly length: number
  readonly said: T
}

const HOURS_PER_DAY = 24
const MINUTES_PER_HOUR = 60
const MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR

/** The time of day that starts at `index`; undefined when the words are none. */
export function readTime(words: readonly string[], index: number): Read<SaidTime> | undefined {
  const hasAt = words[index] === 'at' || words[index] === '@' || words[index] === 'from'
  const start = hasAt ? index + 1 : index
  const read = readSpan(words, start) ?? (words[index] === 'from' ? undefined : readOne(words, start, hasAt))
  return read && { length: start + read.length - index, said: read.said }
}

/** The part of the day that starts at `index`: "morning", "in the evening", "at night". */
export function readPart(words: readonly string[], index: number): Read<DayPart> | undefined {
  const skipped =
    words[index] === 'in' && words[index + 1] === 'the' ? 2 : /^(at|this)$/.test(words[index] ?? '') ? 1 : 0
  const part = /^(morning|afternoon|evening|night)s?$/.exec(words[index + skipped] ?? '')?.[1]
  if (part === undefined || (words[index] === 'at' && part !== 'night')) return undefined
  return { length: skipped + 1, said: part as DayPart }
}

const said = (hour: number, minute: number, more: Partial<SaidTime> = {}): SaidTime => ({
  ...{ hour, minute, isOpen: false, needsDay: false, lengthMinutes: null, isMidnight: false },
  ...more,
})

function readOne(words: readonly string[], start: number, hasAt: boolean): Read<SaidTime> | undefined {
  const word = words[start] ?? ''
  if (word === 'noon' || word === 'midday')
    return { length: 1, said: said(12, 0, { needsDay: !hasAt || word === 'midday' }) }
  if (word === 'midnight') return { length: 1, said: said(0, 0, { isMidnight: true, needsDay: !hasAt }) }
  return readHalf(words, start, hasAt) ?? readClock(words, start, hasAt)
}

/** "half past nine", "quarter to 5pm", "9 o'clock". */
function readHalf(words: readonly string[], start: number, hasAt: boolean): Read<SaidTime> | undefined {
  const first = words[start] === 'a' ? start + 1 : start
  const minutes = { half: 30, quarter: 15, ten: 10, five: 5, twenty: 20 }[words[first] ?? '']
  const side = /^(past|after|to)$/.exec(words[first + 1] ?? '')?.[0]
  if (minutes === undefined || side === undefined || (side === 'to' && words[first] === 'half')) {
    const isOclock = /^o['’]?clock$/.test(words[start + 1] ?? '')
    const hour = isOclock ? hourOf(words[start]) : undefined
    return hour === undefined
      ? undefined
      : { length: 2, said: said(hour, 0, { isOpen: true, needsDay: !hasAt }) }
  }
  const hour = hourOf(words[first + 2])
  const clock =
    hour === undefined
      ? readClock(words, first + 2, false)
      : { length: 1, said: said(hour, 0, { isOpen: true, needsDay: !hasAt }) }
  if (clock === undefined || clock.said.minute !== 0) return undefined
  const total = clock.said.hour * MINUTES_PER_HOUR + (side === 'to' ? -minutes : minutes)
  const at = (total + MINUTES_PER_DAY) % MINUTES_PER_DAY
  const [atHour, atMinute] = [Math.floor(at / MINUTES_PER_HOUR), at % MINUTES_PER_HOUR]
  // "Quarter to one" is 12:45: the half of the day is still open.
  const openHour = clock.said.isOpen && atHour === 0 ? 12 : atHour
  return {
    length: first + 2 + clock.length - start,
    said: { ...clock.said, hour: openHour, minute: atMinute },
  }
}

function hourOf(word: string | undefined): number | undefined {
  const hour = smallNumber(/^an?$/.test(word ?? '') ? undefined : word)
  return hour !== undefined && hour >= 1 && hour <= 12 ? hour : undefined
}

const CLOCK = /^(\d{1,2})(?:([:.])([0-5]\d))?(?::[0-5]\d)?(a|p|am|pm|a\.m|p\.m)?$/
const HALF = /^(am|pm|a\.m|p\.m)$/

function readClock(words: readonly string[], start: number, hasAt: boolean): Read<SaidTime> | undefined {
  const [, hourText = '', mark, minuteText, glued] = CLOCK.exec(words[start] ?? '') ?? []
  if (hourText === '') return undefined
  const apart = glued === undefined ? HALF.exec(words[start + 1] ?? '')?.[1] : undefined
  const half = glued ?? apart
  const figures = { hourText, minute: Number(minuteText ?? '0'), mark: minuteText === undefined ? '' : mark }
  const time = half === undefined ? openTime(figures, hasAt) : halvedTime(figures, half, hasAt)
  return time && { length: apart === undefined ? 1 : 2, said: time }
}

/** A time with am or pm. "5a" and "3p" are times only when something says so. */
function halvedTime({ hourText, minute, mark }: Figures, half: string, hasAt: boolean): SaidTime | undefined {
  const hour = Number(hourText)
  const isUnsure = half.length === 1 && !hasAt && mark !== ':'
  if (isUnsure || hour < 1 || hour > 12) return undefined
  return said((hour % 12) + (half.startsWith('p') ? 12 : 0), minute)
}

interface Figures {
  readonly hourText: string
  readonly minute: number
  /** What stands between the hour and the minute; empty for a bare hour. */
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

const DASH = /[-–—]/

/** "3-4pm", "10:30-11:00", "3pm to 4pm": a span, whose start may leave the half of the day to its end. */
function readSpan(words: readonly string[], start: number): Read<SaidTime> | undefined {
  const [from = '', to, ...others] = (words[start] ?? '').split(DASH)
  if (to === undefined || others.length > 0) return readSpanApart(words, start)
  const apart = words[start + 1] ?? ''
  return HALF.test(apart) ? spanOf([from], [to, apart], 2) : spanOf([from], [to], 1)
}

/** "3pm to 4pm", "10:30 - 11:00". */
function readSpanApart(words: readonly string[], start: number): Read<SaidTime> | undefined {
  for (const [fromLength, toLength] of LENGTHS) {
    const joint = start + fromLength
    if (!/^(to|until|till|[-–—])$/.test(words[joint] ?? '')) continue
    const end = joint + 1 + toLength
    const to = words.slice(joint + 1, end)
    const span = to.length === toLength ? spanOf(words.slice(start, joint), to, end - start) : undefined
    if (span !== undefined) return span
  }
  return undefined
}

/** Words of a beginning and an end, the longest end first. */
const LENGTHS = [
  [1, 2],
  [1, 1],
  [2, 2],
  [2, 1],
] as const

function spanOf(from: readonly string[], to: readonly string[], length: number): Read<SaidTime> | undefined {
  const end = readClock(to, 0, true)
  const begin = readClock(from, 0, true)
  if (end?.length !== to.length || begin?.length !== from.length) return undefined
  const isClock = (text: readonly string[]) => /:|[ap]\.?m/.test(text.join(' '))
  // "3-4" is a number of people, and "9-5" a way of life.
  if (!isClock(to) || (!isClock(from) && end.said.isOpen)) return undefined
  const isOpen = begin.said.isOpen && end.said.isOpen
  const isOverNoon = isOpen && minutesOf(end.said) <= minutesOf(begin.said)
  const endAt = minutesOf(end.said) + (isOverNoon ? MINUTES_PER_DAY / 2 : 0)
  const starts = begin.said.isOpen && !end.said.isOpen ? halves(begin.said) : [begin.said]
  const fitting = starts.filter((each) => minutesOf(each) < endAt).at(-1)
  if (fitting === undefined) return undefined
  const lengthMinutes = endAt - minutesOf(fitting)
  return { length, said: { ...fitting, needsDay: false, lengthMinutes, isOpen } }
}

/** The two times that an open hour may be, morning first. */
function halves(time: SaidTime): SaidTime[] {
  const hour = time.hour % 12
  return [
    { ...time, hour },
    { ...time, hour: hour + 12 },
  ]
}

const minutesOf = ({ hour, minute }: SaidTime): number => hour * MINUTES_PER_HOUR + minute

/** What a part of the day stands for by itself. FlowCoach's rule; a night has no hour. */
const PART_HOURS: Readonly<Record<DayPart, number | null>> = {
  morning: 9,
  afternoon: 15,
  evening: 18,
  night: null,
}
/** The hours that may be called so. */
const PART_SPANS: Readonly<Record<DayPart, readonly [number, number]>> = {
  morning: [0, 12],
  afternoon: [12, 18],
  evening: [16, 24],
  night: [18, 24],
}

/** HH:MM of a time and a part of the day, either or both; undefined where they contradict each other, or name no hour. */
export function wallTimeOf(time: SaidTime | null, part: DayPart | null): string | undefined {
  if (time === null) {
    const hour = part === null ? null : PART_HOURS[part]
    return hour === null ? undefined : clockText(hour, 0)
  }
  if (part === null) return clockText(time.isOpen ? wakingHour(time.hour) : time.hour, time.minute)
  const [from, to] = PART_SPANS[part]
  const fits = (time.isOpen ? halves(time) : [time]).filter(({ hour }) => hour >= from && hour < to)
  const [only, ...others] = fits
  return only === undefined || others.length > 0 ? undefined : clockText(only.hour, only.minute)
}

/** Whether the afternoon was taken for a time that did not say so. */
export function isGuessed(time: SaidTime | null, part: DayPart | null): boolean {
  return time?.isOpen === true && part === null && wakingHour(time.hour) !== time.hour
}

/** An hour said without a half of the day: 1 to 6 are in the afternoon. */
function wakingHour(hour: number): number {
  return hour >= 1 && hour <= 6 ? hour + 12 : hour
}

export function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
