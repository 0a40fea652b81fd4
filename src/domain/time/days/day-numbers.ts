/** Reads days written in numbers: 2026-12-04, 12/24, 24.12.2026, 4-Dec-2026. */
import { type Calendar, comingDate, existing, found, type ReadDay } from './calendar-day.ts'
import { monthNumber } from './vocabulary.ts'

/** The day that one word writes in numbers; undefined if it writes none. */
export function readNumericDay(
  words: readonly string[],
  index: number,
  calendar: Calendar,
): ReadDay | undefined {
  const word = words[index] ?? ''
  return readYearFirst(word) ?? readMonthInside(word, calendar) ?? readTwoNumbers(word, calendar)
}

function readYearFirst(word: string): ReadDay | undefined {
  const [, year, , month, day] = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(word) ?? []
  return year === undefined ? undefined : found(1, existing(Number(year), Number(month), Number(day)))
}

/** "4-Dec", "4-Dec-2026". */
function readMonthInside(word: string, { today }: Calendar): ReadDay | undefined {
  const [, day, name, year] = /^(\d{1,2})-([a-z]{3,})(?:-(\d{4}|\d{2}))?$/.exec(word) ?? []
  const month = monthNumber(name)
  if (month === undefined) return undefined
  return found(
    1,
    year === undefined ? comingDate(month, Number(day), today) : existing(fullYear(year), month, Number(day)),
  )
}

const fullYear = (year: string): number => (year.length === 2 ? 2000 + Number(year) : Number(year))

/** 12/24, 24.12.2026: a number above 12 cannot be the month; otherwise the custom of the person's region decides. */
function readTwoNumbers(word: string, calendar: Calendar): ReadDay | undefined {
  const slashed = /^(\d{1,2})([/-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/.exec(word)
  const dotted = /^(\d{1,2})(\.)(\d{1,2})\.(\d{4})$/.exec(word)
  const match = dotted ?? slashed
  // "3-4" is a number of people, and "24/7" means always.
  if (match === null || word === '24/7' || (match[2] === '-' && match[4] === undefined)) return undefined
  const [first, second] = [Number(match[1]), Number(match[3])]
  const orders = [
    { order: 'month first', month: first, day: second },
    { order: 'day first', month: second, day: first },
  ].filter(({ month, day }) => month >= 1 && month <= 12 && day >= 1 && day <= 31)
  const fitting = dotted ? orders.filter(({ order }) => order === 'day first') : orders
  const isOpen = fitting.length > 1 && first !== second
  const meant = isOpen ? fitting.find(({ order }) => order === calendar.order) : fitting[0]
  if (meant !== undefined) return found(1, dateOf(meant, match[4], calendar))
  if (!isOpen) return undefined
  return found(1, {
    unread: `${word} has two meanings, and neither is the rule in your time zone`,
    instead: 'Write the date as 2026-12-04, or the month by its name.',
  })
}

/** "on 4.12.": without a year it is a date only after a lead, and only in regions that write dates with dots. */
export function readDottedDay(word: string | undefined, calendar: Calendar): ReadDay | undefined {
  const [, day, month] = /^(\d{1,2})\.(\d{1,2})$/.exec(word ?? '') ?? []
  if (day === undefined || calendar.order !== 'day first' || Number(month) > 12) return undefined
  return found(1, comingDate(Number(month), Number(day), calendar.today))
}

function dateOf(
  { month, day }: { month: number; day: number },
  year: string | undefined,
  { today }: Calendar,
) {
  return year === undefined ? comingDate(month, day, today) : existing(fullYear(year), month, day)
}
