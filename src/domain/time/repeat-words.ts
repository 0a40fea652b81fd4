/** Repeat rules from a person's words: "every other friday" to an RRULE. */

import { parseRule, RULE_DAYS, type RuleParts } from './repeat-rule.ts'
import { monthNumber, smallNumber, weekdayNumber } from './vocabulary.ts'

const MAX_WORDS_LENGTH = 100
/** Monday to Friday. */
export const WORKING_DAYS = 'MO,TU,WE,TH,FR'

const FIXED: ReadonlyMap<string, string> = new Map([
  ['daily', 'FREQ=DAILY'],
  ['everyday', 'FREQ=DAILY'],
  ['weekly', 'FREQ=WEEKLY'],
  ['biweekly', 'FREQ=WEEKLY;INTERVAL=2'],
  ['fortnightly', 'FREQ=WEEKLY;INTERVAL=2'],
  ['every fortnight', 'FREQ=WEEKLY;INTERVAL=2'],
  ['monthly', 'FREQ=MONTHLY'],
  ['quarterly', 'FREQ=MONTHLY;INTERVAL=3'],
  ['yearly', 'FREQ=YEARLY'],
  ['annually', 'FREQ=YEARLY'],
  ['weekdays', `FREQ=WEEKLY;BYDAY=${WORKING_DAYS}`],
  ['on weekdays', `FREQ=WEEKLY;BYDAY=${WORKING_DAYS}`],
  ['every weekday', `FREQ=WEEKLY;BYDAY=${WORKING_DAYS}`],
  ['every workday', `FREQ=WEEKLY;BYDAY=${WORKING_DAYS}`],
  ['every work day', `FREQ=WEEKLY;BYDAY=${WORKING_DAYS}`],
  ['every working day', `FREQ=WEEKLY;BYDAY=${WORKING_DAYS}`],
  ['weekends', 'FREQ=WEEKLY;BYDAY=SA,SU'],
  ['on weekends', 'FREQ=WEEKLY;BYDAY=SA,SU'],
  ['every weekend', 'FREQ=WEEKLY;BYDAY=SA,SU'],
])

const UNITS: ReadonlyMap<string, { frequency: string; factor: number }> = new Map([
  ['day', { frequency: 'DAILY', factor: 1 }],
  ['week', { frequency: 'WEEKLY', factor: 1 }],
  ['month', { frequency: 'MONTHLY', factor: 1 }],
  ['quarter', { frequency: 'MONTHLY', factor: 3 }],
  ['year', { frequency: 'YEARLY', factor: 1 }],
])

const POSITIONS: ReadonlyMap<string, number> = new Map([
  ['first', 1],
  ['1st', 1],
  ['second', 2],
  ['2nd', 2],
  ['third', 3],
  ['3rd', 3],
  ['fourth', 4],
  ['4th', 4],
  ['fifth', 5],
  ['5th', 5],
  ['last', -1],
])

/** The rule that words stand for; undefined when they are no repeat. Times of day are not read here. */
export function readRepeatWords(words: string): RuleParts | undefined {
  if (words.length > MAX_WORDS_LENGTH) return undefined
  const text = words
    .toLowerCase()
    .replace(/[,&+]/g, (mark) => (mark === ',' ? ' ' : ' and '))
    .trim()
    .split(/\s+/)
    .join(' ')
  const { pattern, ending } = cutEnding(text)
  const rule = readPattern(pattern.replace(/^each /, 'every '))
  return rule === undefined ? undefined : parseRule(rule + ending)
}

/** Takes "for 5 times" or "until 2026-12-31" off the end. */
function cutEnding(text: string): { pattern: string; ending: string } {
  const count = /^(.+?) (?:for )?(\d{1,4}) times$/.exec(text)
  if (count !== null) return { pattern: count[1] ?? '', ending: `;COUNT=${count[2]}` }
  const until = /^(.+) until (\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (until === null) return { pattern: text, ending: '' }
  return { pattern: until[1] ?? '', ending: `;UNTIL=${until[2]}${until[3]}${until[4]}` }
}

function readPattern(text: string): string | undefined {
  const fixed = FIXED.get(text)
  if (fixed !== undefined) return fixed
  return (
    readInterval(text) ?? readPlural(text) ?? readMonthly(text) ?? readWeekdays(text) ?? readYearDay(text)
  )
}

/** "every 2 weeks", "every other day", "every month on the 15th", "weekly on mon and thu". */
function readInterval(text: string): string | undefined {
  const spelled = text.replace(
    /^(dai|week|month|quarter|year)ly on /,
    (_, unit: string) => `every ${unit} on `,
  )
  const match = /^every (?:(\S+) )?(day|week|month|quarter|year)s?(?: on (.+))?$/.exec(spelled)
  if (match === null) return undefined
  const [, amount, unitName = '', on] = match
  const unit = UNITS.get(unitName)
  const interval =
    amount === undefined ? 1 : amount === 'other' || amount === 'second' ? 2 : smallNumber(amount)
  if (unit === undefined || interval === undefined || interval < 1) return undefined
  const start = `FREQ=${unit.frequency};INTERVAL=${interval * unit.factor}`
  if (on === undefined) return start
  const part = unitName === 'week' ? byWeekdays(on) : unitName === 'month' ? byMonthDays(on) : undefined
  if (unitName === 'year') return yearly(on, start)
  return part === undefined ? undefined : `${start};${part}`
}

/** "mondays", "on tuesdays and thursdays". */
function readPlural(text: string): string | undefined {
  const words = text.replace(/^on /, '').split(' ')
  if (!words.every((word) => word === 'and' || /day's?$|days$/.test(word))) return undefined
  const part = byWeekdays(words.map((word) => word.replace(/s$/, '')).join(' '))
  return part === undefined ? undefined : `FREQ=WEEKLY;${part}`
}

/** "every last friday of the month", "every 15th", "the 1st of every month". */
function readMonthly(text: string): string | undefined {
  const match = /^(every|on|the|on the|first|last) (.+)$/.exec(text)
  if (match === null) return undefined
  const whole = /^(first|last)$/.test(match[1] ?? '') ? text : (match[2] ?? '')
  const named = /^(.+) of (the|every|each) month$/.exec(whole)
  const isEvery = match[1] === 'every' || /^(every|each)$/.test(named?.[2] ?? '')
  const days = named?.[1] ?? (/^\d{1,2}(st|nd|rd|th)$/.test(whole) ? whole : undefined)
  const part = days === undefined || !isEvery ? undefined : byMonthDays(days)
  return part === undefined ? undefined : `FREQ=MONTHLY;${part}`
}

/** "every mon and thu", "every other friday". */
function readWeekdays(text: string): string | undefined {
  const match = /^every (other )?(.+)$/.exec(text)
  const part = byWeekdays(match?.[2] ?? '')
  if (part === undefined) return undefined
  return match?.[1] === undefined ? `FREQ=WEEKLY;${part}` : `FREQ=WEEKLY;INTERVAL=2;${part}`
}

/** "every jan 15". */
function readYearDay(text: string): string | undefined {
  const match = /^every (.+)$/.exec(text)
  return match === null ? undefined : yearly(match[1] ?? '', 'FREQ=YEARLY')
}

function byWeekdays(text: string): string | undefined {
  if (/^(weekdays?|workdays?)$/.test(text)) return `BYDAY=${WORKING_DAYS}`
  const days = text.split(' ').filter((word) => word !== 'and')
  const codes = days.map((word) => RULE_DAYS[(weekdayNumber(word) ?? 0) - 1])
  return codes.length === 0 || codes.includes(undefined) ? undefined : `BYDAY=${codes.join(',')}`
}

/** "the 15th", "1st and 15th", "last day", "first monday", "last weekday". */
function byMonthDays(text: string): string | undefined {
  const words = text.split(' ').filter((word) => word !== 'and' && word !== 'the')
  const [first = '', second, ...more] = words
  const position = POSITIONS.get(first)
  if (position !== undefined && second !== undefined && more.length === 0) {
    if (second === 'day') return `BYMONTHDAY=${position}`
    if (/^(weekday|workday)$/.test(second)) return `BYDAY=${WORKING_DAYS};BYSETPOS=${position}`
    const weekday = RULE_DAYS[(weekdayNumber(second) ?? 0) - 1]
    if (weekday !== undefined) return `BYDAY=${position}${weekday}`
  }
  const days = words.map((word) => /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word)?.[1])
  return days.length === 0 || days.includes(undefined) ? undefined : `BYMONTHDAY=${days.join(',')}`
}

function yearly(text: string, start: string): string | undefined {
  const [first, second, ...more] = text.split(' ').filter((word) => word !== 'of' && word !== 'the')
  const month = monthNumber(first) ?? monthNumber(second)
  const day = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(
    (monthNumber(first) === undefined ? first : second) ?? '',
  )?.[1]
  if (month === undefined || day === undefined || more.length > 0) return undefined
  return `${start};BYMONTH=${month};BYMONTHDAY=${day}`
}
