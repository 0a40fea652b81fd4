/** Reads the words for a time of day: "9am", "at 14:30", "half past nine", "3-4pm", "noon", "in the morning". */
import {
  HALF,
  halves,
  MINUTES_PER_DAY,
  MINUTES_PER_HOUR,
  type Read,
  readClock,
  readSpoken,
  type SaidTime,
  said,
  timeOrSpan,
} from './clock-words.ts'
import { type DayPart, dayPart } from './vocabulary.ts'

/** The time of day that starts at `index`; undefined when the words are not a time. */
export function readTime(words: readonly string[], index: number): Read<SaidTime> | undefined {
  const hasAt = words[index] === 'at' || words[index] === '@' || words[index] === 'from'
  const start = hasAt ? index + 1 : index
  if (words[index] !== 'from' && hasAt && timeOrSpan(words, start) !== undefined) return undefined
  const read = readSpan(words, start) ?? (words[index] === 'from' ? undefined : readOne(words, start, hasAt))
  return read && { length: start + read.length - index, said: read.said }
}

/** The part of the day that starts at `index`: "morning", "in the evening", "at night". */
export function readPart(words: readonly string[], index: number): Read<DayPart> | undefined {
  const skipped =
    words[index] === 'in' && words[index + 1] === 'the' ? 2 : /^(at|this)$/.test(words[index] ?? '') ? 1 : 0
  const part = dayPart(words[index + skipped])
  if (part === undefined || (words[index] === 'at' && part !== 'night')) return undefined
  return { length: skipped + 1, said: part }
}

function readOne(words: readonly string[], start: number, hasAt: boolean): Read<SaidTime> | undefined {
  const word = words[start] ?? ''
  if (word === 'noon' || word === 'midday')
    return { length: 1, said: said(12, 0, { needsDay: !hasAt || word === 'midday' }) }
  if (word === 'midnight') return { length: 1, said: said(0, 0, { isMidnight: true, needsDay: !hasAt }) }
  return readSpoken(words, start, hasAt) ?? readClock(words, start, hasAt)
}

const DASH = /[-–—]/

/** "3-4pm", "10:30-11:00", "3pm to 4pm": a span, whose start may take am or pm from its end. */
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

const BARE_SPAN = /^(\d{1,2}(?::[0-5]\d)?)[-–—](\d{1,2}(?::[0-5]\d)?)$/

/** "10-11" and "9-9:15", which only a day beside them tells from other numbers. */
export function readBareSpan(words: readonly string[], index: number): Read<SaidTime> | undefined {
  const [, from, to] = BARE_SPAN.exec(words[index] ?? '') ?? []
  return from === undefined || to === undefined ? undefined : spanBetween([from], [to], 1)
}

/** The lengths of a start and an end in words, the longest end first. */
const LENGTHS = [
  [1, 2],
  [1, 1],
  [2, 2],
  [2, 1],
] as const

function spanOf(from: readonly string[], to: readonly string[], length: number): Read<SaidTime> | undefined {
  const isClock = (text: readonly string[]) => /:|[ap]\.?m/.test(text.join(' '))
  const isOpenEnd = readClock(to, 0, true)?.said.isOpen === true
  // "3-4" is a number of people, and "9-5" a way of life.
  if (!isClock(to) || (!isClock(from) && isOpenEnd)) return undefined
  return spanBetween(from, to, length)
}

function spanBetween(
  from: readonly string[],
  to: readonly string[],
  length: number,
): Read<SaidTime> | undefined {
  const end = readClock(to, 0, true)
  const begin = readClock(from, 0, true)
  if (end?.length !== to.length || begin?.length !== from.length) return undefined
  const isOpen = begin.said.isOpen && end.said.isOpen
  const isOverNoon = isOpen && minutesOf(end.said) <= minutesOf(begin.said)
  const endAt = minutesOf(end.said) + (isOverNoon ? MINUTES_PER_DAY / 2 : 0)
  const starts = begin.said.isOpen && !end.said.isOpen ? halves(begin.said) : [begin.said]
  const fitting = starts.filter((each) => minutesOf(each) < endAt).at(-1)
  if (fitting === undefined) return undefined
  const lengthMinutes = endAt - minutesOf(fitting)
  return { length, said: { ...fitting, needsDay: false, lengthMinutes, isOpen } }
}

const minutesOf = ({ hour, minute }: SaidTime): number => hour * MINUTES_PER_HOUR + minute
