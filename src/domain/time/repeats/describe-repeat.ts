/** Writes repeat rules as phrases, for example an RRULE as "every other Friday". */

import { counted } from '../../../core/text/counts.ts'
import { monthName, ordinalFigures, ordinalName } from '../days/vocabulary.ts'
import { isUnread } from '../unread.ts'
import { readRepeat } from './repeat-phrase.ts'
import { parseRule, type RuleParts, writeRule } from './repeat-rule.ts'
import { dayName, unitOf, WORKING_DAYS } from './repeat-vocabulary.ts'

/** A moment before every rule, so that no rule has ended. */
const ANY_MOMENT = { now: new Date(0), timeZone: 'UTC' }

/**
 * A rule as an English phrase ("every Monday and Thursday", "every month on the 15th until 2026-12-31") if words can
 * express it, otherwise as `RRULE:...`. Either reads back to the same rule.
 */
export function describeRepeat(rule: string): string {
  const known = DESCRIBED.get(rule)
  if (known !== undefined) return known
  const described = describe(rule)
  if (DESCRIBED.size >= DESCRIBED_MAX) DESCRIBED.clear()
  DESCRIBED.set(rule, described)
  return described
}

/** Every line of a list describes its rule, and reading the phrase back takes a quarter of a millisecond. */
const DESCRIBED = new Map<string, string>()
/** Rules: people use few, and often the same. */
const DESCRIBED_MAX = 200

function describe(rule: string): string {
  const parts = parseRule(rule)
  if (parts === undefined) return `RRULE:${rule}`
  const phrase = describePattern(parts) + describeEnding(parts)
  const read = readRepeat(phrase, ANY_MOMENT)
  return !isUnread(read) && read.rule === writeRule(parts) ? phrase : `RRULE:${rule}`
}

function describePattern(parts: RuleParts): string {
  const interval = Number(parts.get('INTERVAL') ?? '1')
  const unit = unitOf(parts.get('FREQ')) ?? 'day'
  const every = interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`
  const weekdays = weekdayNames(parts.get('BYDAY'))
  if (unit === 'week' && weekdays !== '')
    return interval === 1 ? `every ${weekdays}` : `${every} on ${weekdays}`
  if (unit === 'month') return describeMonthly(parts, every)
  const day = parts.get('BYMONTHDAY')
  const month = Number(parts.get('BYMONTH') ?? '0')
  if (unit !== 'year' || day === undefined) return every
  return `${every} on ${monthName(month)} ${day}`
}

function describeMonthly(parts: RuleParts, every: string): string {
  const [byDay, monthDays] = [parts.get('BYDAY'), parts.get('BYMONTHDAY')]
  const placed = /^(-?\d)([A-Z]{2})$/.exec(byDay ?? '')
  const position = ordinalName(Number(placed?.[1] ?? parts.get('BYSETPOS')))
  const named = placed === null ? weekdayNames(byDay) : weekdayNames(placed[2])
  if (byDay !== undefined && position !== undefined) {
    return every === 'every month'
      ? `every ${position} ${named} of the month`
      : `${every} on the ${position} ${named}`
  }
  if (monthDays === undefined) return every
  if (monthDays === '-1') return `${every} on the last day`
  return `${every} on the ${listed(monthDays.split(',').map((day) => ordinalFigures(Number(day))))}`
}

function describeEnding(parts: RuleParts): string {
  const [count, until] = [parts.get('COUNT'), parts.get('UNTIL')]
  if (count !== undefined) return ` ${counted(Number(count), 'time')}`
  return until === undefined ? '' : ` until ${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
}

function weekdayNames(byDay: string | undefined): string {
  if (byDay === undefined) return ''
  if (byDay === WORKING_DAYS) return 'weekday'
  return listed(byDay.split(',').map((code) => dayName(code) || code))
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
