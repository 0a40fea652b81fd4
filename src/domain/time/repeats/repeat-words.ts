/** Reads the days of a repeat into an RRULE: "every other friday", "first monday of every month". */

import { HOURS_PER_DAY } from '../days/clock-words.ts'
import {
  dayInWords,
  dayOfMonth,
  isEvery,
  monthNumber,
  ordinalNumber,
  smallNumber,
  weekdayNumber,
} from '../days/vocabulary.ts'
import type { Unread } from '../unread.ts'
import { readFastRepeat } from './fast-repeat.ts'
import { RULE_DAYS, type RuleParts, readRule } from './repeat-rule.ts'
import {
  ADVERBS,
  dayCode,
  dayOfPlural,
  isWorkingDay,
  UNITS,
  WEEKEND,
  WHOLE_WEEK,
  WORKING_DAYS,
} from './repeat-vocabulary.ts'

/** Whether a word may begin a repeat in the middle of a sentence. */
export function mayStartRepeat(word: string): boolean {
  const isKnown = isEvery(word) || ADVERBS.has(word) || dayOfPlural(word) !== undefined
  return isKnown || /^(once|twice|times|\d+x(?:\/[a-z]+)?|rrule:.+)$/.test(word)
}

/**
 * The rule that all words of a pattern mean together; undefined when they are not a pattern. `isRepeat`: they are known
 * to repeat, so that "the 15th" does not need "every".
 */
export function readPattern(words: readonly string[], isRepeat: boolean): RuleParts | Unread | undefined {
  const text = spelledOut(words)
  if (OFTEN.test(text)) return oftenOf(text)
  const isSaid = /^every\b/.test(text) || / of (every|each) /.test(text)
  if (!isSaid && !isRepeat) return undefined
  const pattern = text
    .replace(/^every /, '')
    .replace(/^(on )?the /, '')
    .replace(/^on /, '')
  // "A week" is not a repeat, and "every week" is one.
  const expressions = /^every /.test(text) ? [readInterval, ...EXPRESSIONS] : EXPRESSIONS
  const rule = expressions.map((read) => read(pattern)).find((read) => read !== undefined)
  if (rule === undefined || typeof rule !== 'string') return rule
  return readRule(rule)
}

const OFTEN =
  /^(?:twice|(?:\d{1,2}|two|three|four|five|six) ?(?:times|x)) ?(?:a|per|every|each|\/) ?(?:day|week|month|year)$|^twice (?:daily|weekly|monthly|yearly)$/

const oftenOf = (text: string): Unread => ({
  unread: `"${text}" does not say when`,
  instead: 'Name the days, with one time of day: every monday and thursday at 9am.',
})

/** "every 2 wks". */
const SHORT_UNIT = /(?<= )(wk|mth|yr)s?\b/

/** One spelling for many forms: "mondays" as "every monday", "daily" as "every day". */
function spelledOut(words: readonly string[]): string {
  const listed = words
    .flatMap((word) => (/^[a-z]+([/,][a-z]+)+$/.test(word) ? word.split(/[/,]/) : [word]))
    .filter((word) => word !== '' && word !== '&' && word !== '+' && word !== 'and')
  const text = inDays(saidOnce(listed))
    .join(' ')
    .replace(SHORT_UNIT, (_, short: string) => ({ wk: 'week', mth: 'month', yr: 'year' })[short] ?? short)
    .replace(/^(?:on )?(?:the )?(.+(?:th|st|nd|rd|day)) (month|quarter)ly$/, '$1 of every $2')
    .replace(/\b(?:second|2nd|next)(?: to)? last\b/g, 'second-to-last')
    .replace(/\b(?:at )?(?:the )?end of (?=(?:the |every |each )?(?:month|quarter)\b)/, 'last day of ')
  const [, first = '', rest = ''] = /^(?:on )?(\S+)(.*)$/.exec(text) ?? []
  const adverb = ADVERBS.get(first)
  if (adverb !== undefined) return `${adverb}${rest}`
  const days = text.replace(/^on /, '').split(' ').map(dayOfPlural)
  return days.includes(undefined) ? text : `every ${days.join(' ')}`
}

/** "Every" once, at the start, also for "each" and "once a", and not repeated: "every monday and every thursday". */
function saidOnce(words: readonly string[]): readonly string[] {
  const isOnce = words[0] === 'once' && (/^(a|per)$/.test(words[1] ?? '') || isEvery(words[1]))
  const rest = words.slice(isOnce ? 2 : 1)
  if (!isOnce && !isEvery(words[0])) return words
  const isDay = (word = '') => dayNumber(word) !== undefined || /^\d+(st|nd|rd|th)$/.test(word)
  // "The first of every month" is something else.
  return ['every', ...rest.filter((word, index) => !(word === 'every' && isDay(rest[index + 1])))]
}

/** "every 48 hours": whole days. */
function inDays(words: readonly string[]): readonly string[] {
  const { said, length } = readFastRepeat(words) ?? {}
  if (said?.unit !== 'hour' || length !== words.length || said.count % HOURS_PER_DAY !== 0) return words
  return ['every', String(said.count / HOURS_PER_DAY), 'days']
}

type Expression = (pattern: string) => string | Unread | undefined

const EXPRESSIONS: readonly Expression[] = [readDays, readPlaced, readMonthDays, readYearDay]

/** "2 weeks on monday thursday", "other day", "month on the 15th", "quarter", "year on feb 29". */
function readInterval(text: string): string | Unread | undefined {
  const [, amount, unitName = '', on] =
    /^(?:(\S+) )?(day|week|fortnight|month|quarter|year)s?(?: (?:(?:on|in) )?(.+))?$/.exec(text) ?? []
  const unit = UNITS.get(unitName)
  if (unit === undefined || (amount !== undefined && isPosition(amount, unitName))) return undefined
  const interval = amount === undefined ? 1 : numberOf(amount)
  if (interval === undefined || interval < 1) return undefined
  const start = `FREQ=${unit.frequency};INTERVAL=${interval * unit.factor}`
  if (on === undefined) return start
  if (unitName === 'quarter') return interval === 1 ? ofQuarter(placed(on) ?? monthDays(on)) : undefined
  return join(start, PARTS.get(unitName)?.(on))
}

const PARTS: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ['week', weekdays],
  ['fortnight', weekdays],
  ['month', monthPart],
  ['year', yearDay],
])

function monthPart(text: string): string | undefined {
  return placed(text) ?? monthDays(text)
}

/** "last day", "first day": of the month. "Third day" counts days. */
const isPosition = (amount: string, unit: string): boolean =>
  unit === 'day' && /^(first|1st|last)$/.test(amount)

/** "other" and "second" as 2, "3", "third". */
function numberOf(word: string): number | undefined {
  if (/^(other|alternate)$/.test(word)) return 2
  const ordinal = ordinalNumber(word) ?? /^(\d{1,3})(?:st|nd|rd|th)$/.exec(word)?.[1]
  return ordinal === undefined ? smallNumber(word) : Number(ordinal)
}

const join = (start: string, part: string | undefined): string | undefined =>
  part === undefined ? undefined : `${start};${part}`

/** "monday thursday", "weekday except friday", "monday to friday", "other friday", "day except sunday". */
function readDays(text: string): string | Unread | undefined {
  const [, other, listed = '', left] =
    /^(other |alternate )?(.+?)(?: (?:except|but not|but|not)(?: on)?(?: for)? (.+))?$/.exec(text) ?? []
  const all = listed === 'day' && left !== undefined ? WHOLE_WEEK : weekdays(listed)?.slice(6)
  if (all === undefined) return undefined
  const without =
    left === undefined
      ? ''
      : weekdays(left.replace(/days\b/g, 'day').replace(/weekends/, 'weekend'))?.slice(6)
  if (without === undefined) return undefined
  const kept = all.split(',').filter((day) => !without.split(',').includes(day))
  if (kept.length === 0) return { unread: 'no day is left', instead: 'Name the days on which it repeats.' }
  return `FREQ=WEEKLY;INTERVAL=${other === undefined ? 1 : 2};BYDAY=${kept.join(',')}`
}

/** `BYDAY=` of weekdays by name, in a list or as a range. */
function weekdays(text: string): string | undefined {
  if (isWorkingDay(text.replace(/days$/, 'day')) || text === 'working') return `BYDAY=${WORKING_DAYS}`
  if (/^weekends?$/.test(text)) return `BYDAY=${WEEKEND}`
  const [, from, to] = /^(?:from )?([a-z]+)(?: (?:to|through|thru|until|-|–) |[-–])([a-z]+)$/.exec(text) ?? []
  const [first, last] = [dayNumber(from), dayNumber(to)]
  if (first !== undefined && last !== undefined) {
    const length = (last - first + 7) % 7
    const days = Array.from({ length: length + 1 }, (_, index) => RULE_DAYS[(first - 1 + index) % 7])
    return `BYDAY=${days.join(',')}`
  }
  const codes = text.split(' ').map((word) => RULE_DAYS[(dayNumber(word) ?? 0) - 1])
  return codes.length === 0 || codes.includes(undefined) ? undefined : `BYDAY=${codes.join(',')}`
}

const dayNumber = (word: string | undefined): number | undefined =>
  weekdayNumber(word) ??
  (/day's?$|days$/.test(word ?? '') ? weekdayNumber(word?.replace(/'?s$/, '')) : undefined)

const OF_MONTH = / (?:of|in) (?:(?:the|a|every|each) )?(?:(other|\d+|[a-z]+) )?(month|quarter)s?$/

/** "3rd friday", "last day of the month", "first 3rd monday", "last friday of november", "last day of every quarter". */
function readPlaced(text: string): string | Unread | undefined {
  const [whole, amount, unit] = OF_MONTH.exec(text) ?? []
  const place = whole === undefined ? text : text.slice(0, -whole.length)
  const unplain = whole === undefined ? secondOf(place) : undefined
  if (unplain !== undefined) return unplain
  const part = placed(place) ?? (whole === undefined ? undefined : monthDays(place))
  if (part !== undefined && unit === 'quarter') return amount === undefined ? ofQuarter(part) : undefined
  const interval = amount === undefined ? 1 : amount === 'other' ? 2 : (smallNumber(amount) ?? 0)
  if (part !== undefined) return interval < 1 ? undefined : `FREQ=MONTHLY;INTERVAL=${interval};${part}`
  return readPlacedInYear(text)
}

/**
 * "Every second friday": half of the English-speaking world means every other Friday, and Todoist means the second one
 * of the month.
 */
function secondOf(place: string): Unread | undefined {
  const [, day = ''] = /^second (\S+)$/.exec(place) ?? []
  if (weekdayNumber(day) === undefined && !isWorkingDay(day)) return undefined
  return {
    unread: `"every second ${day}" has two meanings`,
    instead: `Write "every other ${day}", or "every month on the second ${day}".`,
  }
}

function readPlacedInYear(text: string): string | undefined {
  const [, place = '', monthWord] = /^(.+) (?:of|in) ([a-z]+)$/.exec(text) ?? []
  const [part, month] = [placed(place), monthNumber(monthWord)]
  return part === undefined || month === undefined ? undefined : `FREQ=YEARLY;BYMONTH=${month};${part}`
}

/** The first or last day or weekday of a quarter of the year. */
function ofQuarter(part: string | undefined): string | Unread | undefined {
  if (part === undefined) return undefined
  if (/=-1(\D|$)/.test(part)) return `FREQ=YEARLY;BYMONTH=3,6,9,12;${part}`
  return /^BYMONTHDAY=\d+$|=1\D/.test(part) || /BYSETPOS=1$/.test(part)
    ? `FREQ=YEARLY;BYMONTH=1,4,7,10;${part}`
    : undefined
}

/** "last friday", "1st 3rd monday", "last day", "first weekday": `BYDAY=` or `BYMONTHDAY=`. */
function placed(text: string): string | undefined {
  const words = text.split(' ').filter((word) => word !== 'the')
  const positions = words.map(ordinalNumber)
  const count = positions.indexOf(undefined)
  const name = count < 1 ? '' : words.slice(count).join(' ')
  const listed = positions.slice(0, count)
  if (name === 'day') return listed.length === 1 ? `BYMONTHDAY=${listed[0]}` : undefined
  if (isWorkingDay(name)) return `BYDAY=${WORKING_DAYS};BYSETPOS=${listed.join(',')}`
  const code = dayCode(name)
  return code === undefined ? undefined : `BYDAY=${listed.map((position) => `${position}${code}`).join(',')}`
}

/** "15th", "1st 15th", "27": `FREQ=MONTHLY`. */
function readMonthDays(text: string): string | undefined {
  return join('FREQ=MONTHLY', /^\d/.test(text) ? monthDays(text) : undefined)
}

function monthDays(text: string): string | undefined {
  const words = text
    .replace(/^days? /, '')
    .split(' ')
    .filter((word) => word !== 'the')
  const days = words.map((word) => dayOfMonth(word) ?? dayInWords(word))
  return days.length === 0 || days.includes(undefined) ? undefined : `BYMONTHDAY=${days.join(',')}`
}

/** "jan 15", "15th of january", "first monday of september". */
function readYearDay(text: string): string | undefined {
  return join('FREQ=YEARLY', yearDay(text))
}

function yearDay(text: string): string | undefined {
  const [, place, placeMonth] = /^(.+) (?:of|in) ([a-z]+)$/.exec(text) ?? []
  const part = place === undefined ? undefined : placed(place)
  const named = monthNumber(placeMonth)
  if (part !== undefined && named !== undefined) return `BYMONTH=${named};${part}`
  const [first, second, ...more] = text.split(' ').filter((word) => word !== 'of' && word !== 'the')
  const month = monthNumber(first) ?? monthNumber(second)
  const day = dayOfMonth(monthNumber(first) === undefined ? first : second)
  return month === undefined || day === undefined || more.length > 0
    ? undefined
    : `BYMONTH=${month};BYMONTHDAY=${day}`
}
