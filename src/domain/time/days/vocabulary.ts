/**
 * The words that dates, repeats and times share: weekdays, months, numbers, parts of the day. Readers and writers use
 * the same words.
 */

const WEEKDAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const SHORT_WEEKDAYS = [
  ['mon'],
  ['tue', 'tues'],
  ['wed', 'weds'],
  ['thu', 'thur', 'thurs'],
  ['fri'],
  ['sat'],
  ['sun'],
]

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

/** Words with their positions, from 1 on. */
const numbered = (rows: readonly (readonly string[])[]): [string, number][] =>
  rows.flatMap((words, index) => words.map((word): [string, number] => [word, index + 1]))

const WEEKDAYS: ReadonlyMap<string, number> = new Map([
  ...numbered(WEEKDAY_NAMES.map((name) => [name])),
  ...numbered(SHORT_WEEKDAYS),
])

const MONTHS: ReadonlyMap<string, number> = new Map([
  ...numbered(MONTH_NAMES.map((name) => [name, name.slice(0, 3)])),
  ['sept', 9],
])

/** Every word that is read as a month, for patterns. */
export const MONTH_WORDS: readonly string[] = [...MONTHS.keys()]

const capitalised = (word = ''): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Monday is 1, Sunday is 7. */
export function weekdayNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : WEEKDAYS.get(word)
}

/** "Monday" for 1; empty for anything but a weekday. */
export function weekdayName(weekday: number): string {
  return capitalised(WEEKDAY_NAMES[weekday - 1])
}

/** January is 1; three letters, "sept" and whole names are understood. */
export function monthNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : MONTHS.get(word)
}

/** "January" for 1; empty for anything but a month. */
export function monthName(month: number): string {
  return capitalised(MONTH_NAMES[month - 1])
}

/** "a", "an", "one" to "twelve", or digits (up to four). */
export function smallNumber(word: string | undefined): number | undefined {
  if (word === undefined) return undefined
  if (/^\d{1,4}$/.test(word)) return Number(word)
  if (word === 'a' || word === 'an') return 1
  const index = NUMBER_WORDS.indexOf(word)
  return index < 1 ? undefined : index
}

/** 1 to 31, as "15" or "15th". */
export function dayOfMonth(word: string | undefined): number | undefined {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word ?? '')
  const day = match === null ? 0 : Number(match[1])
  return day >= 1 && day <= 31 ? day : undefined
}

/** Positions in a row, each with the preferred name first. */
const ORDINALS: ReadonlyMap<string, number> = new Map([
  ...numbered([
    ['first', '1st'],
    ['second', '2nd'],
    ['third', '3rd'],
    ['fourth', '4th'],
    ['fifth', '5th'],
  ]),
  ['last', -1],
  ['second-to-last', -2],
  ['second-last', -2],
  ['penultimate', -2],
])

/** "first" or "1st" to 5, "last" as -1, "second-to-last" as -2. */
export function ordinalNumber(word: string | undefined): number | undefined {
  return word === undefined ? undefined : ORDINALS.get(word)
}

/** "first" for 1, "last" for -1; undefined for a position without a name. */
export function ordinalName(position: number): string | undefined {
  return [...ORDINALS].find(([, number]) => number === position)?.[0]
}

/** "15th" for 15. */
export function ordinalFigures(day: number): string {
  const isTeen = Math.floor((day % 100) / 10) === 1
  const ending = isTeen ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10]
  return `${day}${ending ?? 'th'}`
}

/** "first" to "fifth" as the days of a month. */
export function dayInWords(word: string | undefined): number | undefined {
  const day = /^\D/.test(word ?? '') ? ordinalNumber(word) : undefined
  return day !== undefined && day > 0 ? day : undefined
}

/** A part of the day, which means a time of its own or tells which half of the day another time is in. */
export type DayPart = 'morning' | 'afternoon' | 'evening' | 'night'

const DAY_PARTS: readonly DayPart[] = ['morning', 'afternoon', 'evening', 'night']

export function dayPart(word: string | undefined): DayPart | undefined {
  return DAY_PARTS.find((part) => part === word)
}

/** "morning" for "mornings", which repeats. */
export function dayPartOfPlural(word: string | undefined): DayPart | undefined {
  return word?.endsWith('s') ? dayPart(word.slice(0, -1)) : undefined
}

/** Whether a word says that something repeats: "every monday", "each day", "ev fri". */
export function isEvery(word: string | undefined): boolean {
  return word === 'every' || word === 'each' || word === 'ev'
}
