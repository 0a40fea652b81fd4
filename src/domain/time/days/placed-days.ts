/** Reads days by their place in a month: "the 15th", "the 3rd of next month", "first monday of june". */
import { Temporal } from 'temporal-polyfill'
import { type Calendar, existing, found, type ReadDay } from './calendar-day.ts'
import {
  dayInWords,
  dayOfMonth,
  monthNumber,
  ordinalNumber,
  weekdayName,
  weekdayNumber,
} from './vocabulary.ts'

type PlainDate = Temporal.PlainDate

/** A month in words, as its first day. */
interface ReadMonth {
  readonly length: number
  readonly first: PlainDate
  readonly isNamed: boolean
}

/** "next month on the 3rd", "the 3rd of next month", "last friday of may 2027". */
export function readPlacedDay(
  words: readonly string[],
  index: number,
  calendar: Calendar,
): ReadDay | undefined {
  const start = words[index] === 'the' ? index + 1 : index
  const skipped = start - index
  const before = readOrdinal(words, start) ?? readFirst(words, start)
  const named = before === undefined ? undefined : readMonth(words, start + 2, calendar)
  if (before !== undefined && words[start + 1] === 'of' && named?.isNamed === false)
    return inMonth(skipped + 2 + named.length, named.first, before)
  const month = skipped === 0 ? readMonth(words, index, calendar) : undefined
  if (month?.isNamed === false && words[index + 2] === 'on') {
    const at = words[index + 3] === 'the' ? index + 4 : index + 3
    const after = readOrdinal(words, at)
    return after === undefined ? undefined : inMonth(at + 1 - index, month.first, after)
  }
  return readWeekdayOfMonth(words, { index, start, calendar })
}

/** "first monday of june", "last friday of next month". */
function readWeekdayOfMonth(
  words: readonly string[],
  { index, start, calendar }: { index: number; start: number; calendar: Calendar },
): ReadDay | undefined {
  const position = ordinalNumber(words[start])
  const weekday = weekdayNumber(words[start + 1])
  if (position === undefined || weekday === undefined || !/^(of|in)$/.test(words[start + 2] ?? ''))
    return undefined
  const month = readMonth(words, start + 3, calendar)
  if (month === undefined) return undefined
  const length = start + 3 + month.length - index
  const date = placedIn(month.first, position, weekday)
  // A named month is the next one whose day is not past.
  const isPast = month.isNamed && date !== undefined && Temporal.PlainDate.compare(date, calendar.today) < 0
  const coming =
    isPast && month.length === 1 ? placedIn(month.first.add({ years: 1 }), position, weekday) : date
  const missing = {
    unread: `that month has no ${words[start]} ${weekdayName(weekday)}`,
    instead: 'Write the date.',
  }
  return found(length, coming ?? missing)
}

/** The nth such weekday of a month, or the nth from its end if `position` is negative. */
function placedIn(first: PlainDate, position: number, weekday: number): PlainDate | undefined {
  const earliest = 1 + ((weekday - first.dayOfWeek + 7) % 7)
  const latest = earliest + 7 * Math.floor((first.daysInMonth - earliest) / 7)
  const day = position > 0 ? earliest + 7 * (position - 1) : latest + 7 * (position + 1)
  return day >= 1 && day <= first.daysInMonth ? first.with({ day }) : undefined
}

function readMonth(words: readonly string[], index: number, { today }: Calendar): ReadMonth | undefined {
  const [first = '', second = ''] = words.slice(index, index + 2)
  const thisMonth = today.with({ day: 1 })
  if (second === 'month' && /^(this|the|next)$/.test(first))
    return { length: 2, first: first === 'next' ? thisMonth.add({ months: 1 }) : thisMonth, isNamed: false }
  const month = monthNumber(first)
  if (month === undefined) return undefined
  if (/^20\d{2}$/.test(second))
    return {
      length: 2,
      first: Temporal.PlainDate.from({ year: Number(second), month, day: 1 }),
      isNamed: true,
    }
  const year = month < today.month ? today.year + 1 : today.year
  return { length: 1, first: Temporal.PlainDate.from({ year, month, day: 1 }), isNamed: true }
}

const readOrdinal = (words: readonly string[], index: number): number | undefined =>
  /^\d{1,2}(st|nd|rd|th)$/.test(words[index] ?? '') ? dayOfMonth(words[index]) : undefined

/** "the first of next month": the ordinal must be followed by "of", because "first" is also an adjective. */
const readFirst = (words: readonly string[], index: number): number | undefined =>
  words[index + 1] === 'of' ? dayInWords(words[index]) : undefined

const inMonth = (length: number, { year, month }: PlainDate, day: number): ReadDay =>
  found(length, existing(year, month, day))

/** "the 15th", "15th": of this month, or of the next month that has it. */
export function readMonthDay(
  words: readonly string[],
  index: number,
  { today }: Calendar,
): ReadDay | undefined {
  const lead = words[index] === 'the' ? 1 : 0
  const day = readOrdinal(words, index + lead)
  if (day === undefined) return undefined
  const months = [0, 1, 2].map((ahead) => today.with({ day: 1 }).add({ months: ahead }))
  const dates = months.filter(({ daysInMonth }) => day <= daysInMonth).map((date) => date.with({ day }))
  const date = dates.find((each) => Temporal.PlainDate.compare(each, today) >= 0)
  return date === undefined ? undefined : found(lead + 1, date)
}
