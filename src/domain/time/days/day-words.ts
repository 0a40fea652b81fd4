/** Reads the words for one calendar day, from "tomorrow" to "Friday, 4 December 2026". */
import { Temporal } from 'temporal-polyfill'
import type { Unread } from '../unread.ts'
import { type Calendar, comingDate, existing, found, type ReadDay } from './calendar-day.ts'
import { readNumericDay } from './day-numbers.ts'
import { readMonthDay, readPlacedDay } from './placed-days.ts'
import {
  dayInWords,
  dayOfMonth,
  monthName,
  monthNumber,
  smallNumber,
  weekdayName,
  weekdayNumber,
} from './vocabulary.ts'

type PlainDate = Temporal.PlainDate

type DayReader = (words: readonly string[], index: number, calendar: Calendar) => ReadDay | undefined

const READERS: readonly DayReader[] = [
  readNamedDay,
  readPlacedDay,
  readWeeksOn,
  readDistance,
  readWeekdayOfWeek,
  readPeriod,
  readDated,
  readWeekday,
  readMonthDay,
]

/** The day that starts at `index`, in the first form that matches; undefined if none does. */
export function readDay(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  for (const read of READERS) {
    const day = read(words, index, calendar)
    if (day !== undefined) return day
  }
  return undefined
}

/** Phrases for a day near today: how far ahead, and the priority that FlowCoach derives from them. */
const NAMED: readonly (readonly [RegExp, number, 1 | 2 | null])[] = [
  [/^(today|tod|tonight|eod|cob|end of (today|(the )?day))$/, 0, 2],
  [/^(end of )?(tomorrow|tomorow|tommorow|tommorrow|tmr|tmrw)$/, 1, 2],
  [/^yesterday$/, -1, null],
  [/^must do today$/, 0, 1],
  [/^(the )?day after (tomorrow|tomorow|tommorow|tommorrow|tmr|tmrw)$/, 2, null],
]
const MAX_NAMED_WORDS = 4
const MAY_BE_NAMED = /^(tod|ton|tom|tmr|eod|cob|end|yes|must|the|day)/

function readNamedDay(words: readonly string[], index: number, { today }: Calendar): ReadDay | undefined {
  // "This morning" names a day, too; the part of the day is read after it.
  if (/^this (morning|afternoon|evening)$/.test(words.slice(index, index + 2).join(' ')))
    return found(1, today, 2)
  if (!MAY_BE_NAMED.test(words[index] ?? '')) return undefined
  for (let length = MAX_NAMED_WORDS; length > 0; length -= 1) {
    const phrase = words.slice(index, index + length).join(' ')
    const named = index + length <= words.length ? NAMED.find(([form]) => form.test(phrase)) : undefined
    if (named === undefined) continue
    const read = found(length, today.add({ days: named[1] }), named[2])
    return { ...read, day: { ...read.day, isTonight: phrase === 'tonight' } }
  }
  return undefined
}

const UNIT = /^(day|week|fortnight|month|year)s?$/

/** "in 3 days", "2 months from now", "a week from tomorrow", "a week on friday", "2 days before friday". Months are calendar months. */
function readDistance(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  const start = words[index] === 'in' ? index + 1 : index
  const amount = smallNumber(words[start])
  const unit = UNIT.exec(words[start + 1] ?? '')?.[1]
  if (amount === undefined || unit === undefined) return undefined
  const duration = unit === 'fortnight' ? { weeks: amount * 2 } : { [`${unit}s`]: amount }
  const side = sideOf(words, start + 2)
  if (side === undefined)
    return start === index ? undefined : found(start + 2 - index, calendar.today.add(duration))
  if (side !== 'before' && /^(now|today)$/.test(words[start + 3] ?? ''))
    return found(start + 4 - index, calendar.today.add(duration))
  const base = readDay(words, start + 3, calendar)
  if (base === undefined || start > index) return undefined
  const { date } = base.day
  const moved = 'unread' in date ? date : side === 'before' ? date.subtract(duration) : date.add(duration)
  return found(start + 3 + base.length - index, moved)
}

/** "a week today", "two weeks tomorrow": British. */
function readWeeksOn(words: readonly string[], index: number, { today }: Calendar): ReadDay | undefined {
  const weeks = smallNumber(words[index])
  const day = /^(today|tomorrow)$/.exec(words[index + 2] ?? '')?.[0]
  if (weeks === undefined || day === undefined || !/^weeks?$/.test(words[index + 1] ?? '')) return undefined
  return found(3, today.add({ weeks, days: day === 'today' ? 0 : 1 }))
}

/** British "a week on friday" is a week after Friday. */
function sideOf(words: readonly string[], index: number): string | undefined {
  const isWeekOn = words[index] === 'on' && /^weeks?$/.test(words[index - 1] ?? '')
  if (isWeekOn) return weekdayNumber(words[index + 1]) === undefined ? undefined : 'after'
  return /^(from|after|before)$/.exec(words[index] ?? '')?.[0]
}

const endOfMonth = (date: PlainDate): PlainDate => date.with({ day: date.daysInMonth })
const endOfWeek = (date: PlainDate): PlainDate => date.add({ days: 7 - date.dayOfWeek })

function endOf(unit: string | undefined, { today }: Calendar): PlainDate | undefined {
  if (unit === 'day') return today
  if (unit === 'week') return endOfWeek(today)
  if (unit === 'month') return endOfMonth(today)
  if (unit === 'year') return today.with({ month: 12, day: 31 })
  const month = monthNumber(unit)
  const year = month !== undefined && month < today.month ? today.year + 1 : today.year
  return month === undefined ? undefined : endOfMonth(Temporal.PlainDate.from({ year, month, day: 1 }))
}

const SATURDAY = 6

/** Todoist's rule: a weekend means its Saturday; on its Sunday "this weekend" is that day. */
function weekend(isNext: boolean, today: PlainDate): PlainDate {
  const ahead = SATURDAY - today.dayOfWeek
  return today.add({ days: isNext ? ahead + 7 : Math.max(0, ahead) })
}

/** FlowCoach's rule: a week means its Sunday and a month its last day; "this week" is priority 4. */
function readPeriod(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  const { today } = calendar
  const isVague = /^(later|sometime)$/.test(words[index] ?? '')
  const at = isVague ? index + 1 : index
  const [first, second] = [words[at], words[at + 1]]
  const length = at + 2 - index
  if (first === 'this' && second === 'week') return found(length, endOfWeek(today), 4)
  if (first === 'next' && second === 'week') return found(length, endOfWeek(today).add({ days: 7 }))
  if (/^(this|next)$/.test(first ?? '') && second === 'weekend')
    return found(length, weekend(first === 'next', today))
  if (first === 'this' && second === 'month') return found(length, endOfMonth(today))
  if (first === 'next' && second === 'month')
    return found(length, endOfMonth(today.with({ day: 1 }).add({ months: 1 })))
  if (isVague) return undefined
  if (first === 'eow') return found(1, endOfWeek(today))
  if (first === 'eom') return found(1, endOfMonth(today))
  if (first === 'eoy') return found(1, today.with({ month: 12, day: 31 }))
  return readEnd(words, index, calendar)
}

/** "end of month", "the last day of the year", "end of next week". */
function readEnd(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  const start = words[index] === 'the' ? index + 1 : index
  const isLastDay = words[start] === 'last' && words[start + 1] === 'day'
  const of = isLastDay ? start + 2 : start + 1
  if (!(isLastDay || words[start] === 'end') || words[of] !== 'of') return undefined
  if (words[of + 1] === 'next') {
    const unit = UNIT.exec(words[of + 2] ?? '')?.[1]
    if (unit === undefined || unit === 'day') return undefined
    const next = { ...calendar, today: calendar.today.with({ day: 1 }).add({ [`${unit}s`]: 1 }) }
    const week = { ...calendar, today: calendar.today.add({ weeks: 1 }) }
    const date = endOf(unit, unit === 'week' ? week : next)
    return date === undefined ? undefined : found(of + 3 - index, date)
  }
  const skipped = /^(the|this)$/.test(words[of + 1] ?? '') ? 2 : 1
  const date = endOf(words[of + skipped], calendar)
  return date === undefined ? undefined : found(of + skipped + 1 - index, date)
}

/** "monday next week", "next week on monday", "friday this week": by calendar weeks, which begin on Monday. */
function readWeekdayOfWeek(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  const phrase = words.slice(index, index + 4)
  const weekday = weekdayNumber(phrase[0])
  const isAfter = weekday !== undefined && /^(this|next) week$/.test(phrase.slice(1, 3).join(' '))
  if (isAfter) return found(3, inWeek(weekday, phrase[1] === 'next', calendar))
  if (!/^(this|next) week$/.test(phrase.slice(0, 2).join(' '))) return undefined
  const at = phrase[2] === 'on' ? 3 : 2
  const later = weekdayNumber(phrase[at])
  return later === undefined ? undefined : found(at + 1, inWeek(later, phrase[0] === 'next', calendar))
}

const inWeek = (weekday: number, isNext: boolean, { today }: Calendar): PlainDate =>
  today.add({ days: weekday - today.dayOfWeek + (isNext ? 7 : 0) })

/** FlowCoach's rule: a weekday is the coming one, a week away if it is today; "next" adds a week. */
function readWeekday(words: readonly string[], index: number, { today }: Calendar): ReadDay | undefined {
  const isCertain = words[index] === 'this' && words[index + 1] === 'coming'
  const lead = isCertain ? 2 : /^(this|coming|upcoming|next)$/.test(words[index] ?? '') ? 1 : 0
  const weekday = weekdayNumber(words[index + lead])
  if (weekday === undefined) return undefined
  const ahead = (weekday - today.dayOfWeek + 7) % 7 || 7
  return found(lead + 1, today.add({ days: words[index] === 'next' ? ahead + 7 : ahead }))
}

/** A date, alone or beside its weekday: "Dec 4", "Fri Dec 4", "4 December 2026, Friday". They must agree. */
function readDated(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  const before = weekdayNumber(words[index])
  const start =
    before === undefined
      ? index
      : words[index + 1] === 'the' || words[index + 1] === 'on'
        ? index + 2
        : index + 1
  const read =
    readNamedMonth(words, start, calendar) ??
    readNumericDay(words, start, calendar) ??
    (before === undefined ? undefined : readMonthDay(words, start, calendar))
  if (read === undefined) return undefined
  const after = before === undefined ? weekdayNumber(words[start + read.length]) : undefined
  // "Dec 4 friday 18:30" is a date and its weekday only if the two agree; otherwise the weekday begins something new.
  const length = start + read.length - index
  const weekday = before ?? after
  const { date } = read.day
  if (weekday === undefined || 'unread' in date) return { ...read, length }
  const whole = after === undefined ? length : length + 1
  return date.dayOfWeek === weekday ? { ...read, length: whole } : found(whole, otherWeekday(date))
}

function otherWeekday(date: PlainDate): Unread {
  const day = `${date.day} ${monthName(date.month)} ${date.year}`
  return {
    unread: `${day} is a ${weekdayName(date.dayOfWeek)}`,
    instead: 'Write the date alone, or the weekday alone.',
  }
}

/** "Jan 15", "May the 8th", "January 15th 2027", "15 Jan", "the 15th of January 2027", "the first of May". */
function readNamedMonth(words: readonly string[], index: number, calendar: Calendar): ReadDay | undefined {
  const monthFirst = monthNumber(words[index])
  if (monthFirst !== undefined) {
    const at = words[index + 1] === 'the' ? index + 2 : index + 1
    const day = dayOfMonth(words[at])
    return day === undefined
      ? undefined
      : withYear(at + 1 - index, { month: monthFirst, day }, [words[at + 1], calendar])
  }
  const start = words[index] === 'the' ? index + 1 : index
  const isOf = words[start + 1] === 'of'
  const day = dayOfMonth(words[start]) ?? (isOf ? dayInWords(words[start]) : undefined)
  const after = isOf ? start + 2 : start + 1
  const month = monthNumber(words[after])
  if (day === undefined || month === undefined) return undefined
  return withYear(after + 1 - index, { month, day }, [words[after + 1], calendar])
}

function withYear(
  length: number,
  { month, day }: { month: number; day: number },
  [yearWord, { today }]: [string | undefined, Calendar],
): ReadDay {
  if (!/^(19|20)\d{2}$/.test(yearWord ?? '')) return found(length, comingDate(month, day, today))
  return found(length + 1, existing(Number(yearWord), month, day))
}
