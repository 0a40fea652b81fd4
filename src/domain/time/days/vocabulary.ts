/** The vocabulary that dates and repeats share: weekdays, months and numbers. */

/** Weekday names to 1 (Monday) to 7 (Sunday). */
const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  [
    ['monday', 'mon'],
    ['tuesday', 'tue', 'tues'],
    ['wednesday', 'wed', 'weds'],
    ['thursday', 'thu', 'thur', 'thurs'],
    ['friday', 'fri'],
    ['saturday', 'sat'],
    ['sunday', 'sun'],
  ].flatMap((names, index) => names.map((name): [string, number] => [name, index + 1])),
)

const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** Monday is 1, Sunday is 7. */
export function weekdayNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : WEEKDAYS.get(word)
}

/** January is 1; three letters, "sept" and whole names are understood. */
export function monthNumber(word: string | undefined): number | undefined {
  if (word === undefined || word.length < 3) return undefined
  const index = MONTH_NAMES.findIndex(
    (name) => name === word || name.slice(0, 3) === word || (word === 'sept' && name === 'september'),
  )
  return index < 0 ? undefined : index + 1
}

/** "January" for 1; empty for anything but a month. */
export function monthName(month: number): string {
  const name = MONTH_NAMES[month - 1] ?? ''
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** "a", "an", "one" to "twelve", or digits (up to four). */
export function smallNumber(word: string | undefined): number | undefined {
  if (word === undefined) return undefined
  if (/^\d{1,4}$/.test(word)) return Number(word)
  if (word === 'a' || word === 'an') return 1
  const index = NUMBER_WORDS.indexOf(word)
  return index < 1 ? undefined : index
}

const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** "Monday" for 1; empty for anything but a weekday. */
export function weekdayName(weekday: number): string {
  return WEEKDAY_NAMES[weekday - 1] ?? ''
}

/** 1 to 31, as "15" or "15th". */
export function dayOfMonth(word: string | undefined): number | undefined {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word ?? '')
  const day = match === null ? 0 : Number(match[1])
  return day >= 1 && day <= 31 ? day : undefined
}

const ORDINALS: ReadonlyMap<string, number> = new Map([
  ...['first', 'second', 'third', 'fourth', 'fifth'].map((name, index): [string, number] => [
    name,
    index + 1,
  ]),
  ...['1st', '2nd', '3rd', '4th', '5th'].map((name, index): [string, number] => [name, index + 1]),
  ['last', -1],
  ['second-to-last', -2],
  ['second-last', -2],
  ['penultimate', -2],
])

/** "first" or "1st" to 5, "last" as -1, "second-to-last" as -2. */
export function ordinalNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : ORDINALS.get(word)
}

/** "first" to "fifth" as the days of a month. */
export function dayInWords(word: string | undefined): number | undefined {
  const day = /^\D/.test(word ?? '') ? ordinalNumber(word) : undefined
  return day !== undefined && day > 0 ? day : undefined
}
