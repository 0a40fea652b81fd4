/**
 * The words of repeats, with their names in a rule (RFC 5545). The reader and the writer of phrases use the same words.
 */
import { weekdayName, weekdayNumber } from '../days/vocabulary.ts'
import { RULE_DAYS } from './repeat-rule.ts'

/** Monday to Friday. */
export const WORKING_DAYS = 'MO,TU,WE,TH,FR'
export const WEEKEND = 'SA,SU'
export const WHOLE_WEEK = RULE_DAYS.join(',')

interface Unit {
  readonly frequency: string
  /** How many of the frequency's own periods the unit is. */
  readonly factor: number
}

/** A frequency's own unit comes before its multiples. */
export const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['day', { frequency: 'DAILY', factor: 1 }],
  ['week', { frequency: 'WEEKLY', factor: 1 }],
  ['fortnight', { frequency: 'WEEKLY', factor: 2 }],
  ['month', { frequency: 'MONTHLY', factor: 1 }],
  ['quarter', { frequency: 'MONTHLY', factor: 3 }],
  ['year', { frequency: 'YEARLY', factor: 1 }],
])

/** "week" for WEEKLY. */
export function unitOf(frequency: string | undefined): string | undefined {
  return [...UNITS].find(([, unit]) => unit.frequency === frequency)?.[0]
}

/** Adverbs, with what they abbreviate. */
export const ADVERBS: ReadonlyMap<string, string> = new Map([
  ['daily', 'every day'],
  ['everyday', 'every day'],
  ['weekly', 'every week'],
  ['biweekly', 'every 2 weeks'],
  ['bi-weekly', 'every 2 weeks'],
  ['fortnightly', 'every 2 weeks'],
  ['monthly', 'every month'],
  ['quarterly', 'every quarter'],
  ['yearly', 'every year'],
  ['annually', 'every year'],
  ['weekdays', 'every weekday'],
  ['weekends', 'every weekend'],
])

/** MO for "monday", "mon"; undefined for anything but a weekday. */
export function dayCode(word: string | undefined): string | undefined {
  return RULE_DAYS[(weekdayNumber(word) ?? 0) - 1]
}

/** "Monday" for MO; empty for anything but a day's code. */
export function dayName(code: string): string {
  return weekdayName((RULE_DAYS as readonly string[]).indexOf(code) + 1)
}

/** "monday" for "mondays", which repeats; undefined for any other word. */
export function dayOfPlural(word: string): string | undefined {
  const singular = word.slice(0, -1)
  return word.endsWith('days') && weekdayNumber(singular) !== undefined ? singular : undefined
}

/** "weekday", "working day", "business day". */
export function isWorkingDay(text: string): boolean {
  return /^(week|work|working |business )day$/.test(text)
}
