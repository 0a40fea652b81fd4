/** Reads the words for one calendar day: FlowCoach's list of forms, from "tomorrow" to "Jan 15". */
import { Temporal } from 'temporal-polyfill'
import { monthNumber, smallNumber, weekdayNumber } from './vocabulary.ts'

type PlainDate = Temporal.PlainDate

/** A day read from the words at an index; `date` is null for a day that does not exist (2026-02-30). */
export interface ReadDay {
  length: number
  date: string | null
  implied: 1 | 2 | 4 | null
}

type DayReader = (words: readonly string[], index: number, today: PlainDate) => ReadDay | undefined

const READERS: readonly DayReader[] = [
  readNamedDay,
  readPeriod,
  readWeekday,
  readDistance,
  readNumeric,
  readIso,
  readMonthFirst,
  readDayFirst,
]

/** The day that starts at `index`, by the first form that fits; undefined when none does. */
export function readDay(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  for (const read of READERS) {
    const day = read(words, index, today)
    if (day !== undefined) return day
  }
  return undefined
}

function found(length: number, date: PlainDate | undefined, implied: 1 | 2 | 4 | null = null): ReadDay {
  return { length, date: date === undefined ? null : date.toString(), implied }
}

const TODAY = new Set(['today', 'tonight', 'eod'])
const TOMORROW = new Set(['tomorrow', 'tomorow', 'tommorow', 'tommorrow', 'tmr', 'tmrw'])

function readNamedDay(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const word = words[index] ?? ''
  if (TODAY.has(word)) return found(1, today, 2)
  if (TOMORROW.has(word)) return found(1, today.add({ days: 1 }), 2)
  const rest = words.slice(index, index + 4)
  if (rest.slice(0, 3).join(' ') === 'must do today') return found(3, today, 1)
  const start = rest[0] === 'the' ? 1 : 0
  const phrase = rest.slice(start, start + 3)
  if (phrase[0] !== 'day' || phrase[1] !== 'after' || !TOMORROW.has(phrase[2] ?? '')) return undefined
  return found(start + 3, today.add({ days: 2 }))
}

const endOfMonth = (date: PlainDate): PlainDate => date.with({ day: date.daysInMonth })
const endOfWeek = (date: PlainDate): PlainDate => date.add({ days: 7 - date.dayOfWeek })

function endOf(unit: string | undefined, today: PlainDate): PlainDate | undefined {
  if (unit === 'day') return today
  if (unit === 'week') return endOfWeek(today)
  if (unit === 'month') return endOfMonth(today)
  return unit === 'year' ? today.with({ month: 12, day: 31 }) : undefined
}

/** FlowCoach's rule: a week means its Sunday and a month its last day; "this week" is priority 4. */
function readPeriod(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const [first, second] = [words[index], words[index + 1]]
  if (first === 'eow') return found(1, endOfWeek(today))
  if (first === 'eom') return found(1, endOfMonth(today))
  const start = first === 'the' ? index + 1 : index
  if (words[start] === 'end' && words[start + 1] === 'of') {
    const skipped = /^(the|this)$/.test(words[start + 2] ?? '') ? 3 : 2
    const date = endOf(words[start + skipped], today)
    return date === undefined ? undefined : found(start + skipped + 1 - index, date)
  }
  if (first === 'this' && second === 'week') return found(2, endOfWeek(today), 4)
  if (first === 'next' && second === 'week') return found(2, endOfWeek(today).add({ days: 7 }))
  if (first === 'this' && second === 'month') return found(2, endOfMonth(today))
  if (first === 'next' && second === 'month')
    return found(2, endOfMonth(today.with({ day: 1 }).add({ months: 1 })))
  return undefined
}

/** FlowCoach's rule: a weekday is the coming one, a week away when it is today; "next" adds a week to that. */
function readWeekday(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const lead = /^(this|coming|next)$/.test(words[index] ?? '') ? 1 : 0
  const weekday = weekdayNumber(words[index + lead])
  if (weekday === undefined) return undefined
  const ahead = (weekday - today.dayOfWeek + 7) % 7 || 7
  return found(lead + 1, today.add({ days: words[index] === 'next' ? ahead + 7 : ahead }))
}

/** "in 3 days", "in a week", "2 months from now". Months are calendar months. */
function readDistance(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const start = words[index] === 'in' ? index + 1 : index
  const amount = smallNumber(words[start])
  const unit = /^(day|week|month)s?$/.exec(words[start + 1] ?? '')?.[1]
  if (amount === undefined || unit === undefined) return undefined
  const isFromNow = words[start + 2] === 'from' && /^(now|today)$/.test(words[start + 3] ?? '')
  if (start === index && !isFromNow) return undefined
  const length = isFromNow ? start + 4 - index : start + 2 - index
  const duration =
    unit === 'day' ? { days: amount } : unit === 'week' ? { weeks: amount } : { months: amount }
  return found(length, today.add(duration))
}

function plainDate(year: number, month: number, day: number): PlainDate | undefined {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

/** FlowCoach's rule: a day without a year is the next one to come; undefined when no near year has it. */
function comingDate(month: number, day: number, today: PlainDate): PlainDate | undefined {
  for (const year of [today.year, today.year + 1, today.year + 2]) {
    const date = plainDate(year, month, day)
    if (date !== undefined && Temporal.PlainDate.compare(date, today) >= 0) return date
  }
  return undefined
}

/** MM/DD, MM/DD/YY, MM/DD/YYYY. "24/7" names no month and so is no date at all. */
function readNumeric(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const match = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d{2}))?$/.exec(words[index] ?? '')
  if (match === null) return undefined
  const [month, day] = [Number(match[1]), Number(match[2])]
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const year = match[3]
  if (year === undefined) return found(1, comingDate(month, day, today))
  return found(1, plainDate(year.length === 2 ? 2000 + Number(year) : Number(year), month, day))
}

function readIso(words: readonly string[], index: number): ReadDay | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(words[index] ?? '')
  if (match === null) return undefined
  return found(1, plainDate(Number(match[1]), Number(match[2]), Number(match[3])))
}

function dayNumber(word: string | undefined): number | undefined {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word ?? '')
  const day = match === null ? 0 : Number(match[1])
  return day >= 1 && day <= 31 ? day : undefined
}

function withYear(
  length: number,
  month: number,
  day: number,
  context: [string | undefined, PlainDate],
): ReadDay {
  const [yearWord, today] = context
  if (!/^(19|20)\d{2}$/.test(yearWord ?? '')) return found(length, comingDate(month, day, today))
  return found(length + 1, plainDate(Number(yearWord), month, day))
}

/** "Jan 15", "January 15th 2027". */
function readMonthFirst(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const month = monthNumber(words[index])
  const day = dayNumber(words[index + 1])
  if (month === undefined || day === undefined) return undefined
  return withYear(2, month, day, [words[index + 2], today])
}

/** "15 Jan", "the 15th of January 2027". */
function readDayFirst(words: readonly string[], index: number, today: PlainDate): ReadDay | undefined {
  const start = words[index] === 'the' ? index + 1 : index
  const day = dayNumber(words[start])
  const after = words[start + 1] === 'of' ? start + 2 : start + 1
  const month = monthNumber(words[after])
  if (day === undefined || month === undefined) return undefined
  return withYear(after + 1 - index, month, day, [words[after + 1], today])
}
