/** RFC 5545 repeat rules as text: checked strictly, written in one form, daily or slower. */
import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { isUnread, type Unread } from '../unread.ts'

/** A checked rule, part by part, in the order in which rules are written. */
export type RuleParts = ReadonlyMap<string, string>

export const RULE_DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
const ORDER = [
  'FREQ',
  'INTERVAL',
  'BYMONTH',
  'BYWEEKNO',
  'BYYEARDAY',
  'BYMONTHDAY',
  'BYDAY',
  'BYSETPOS',
  'WKST',
  'COUNT',
  'UNTIL',
]

/** The most characters of a rule. */
const MAX_RULE_LENGTH = 200
const MAX_INTERVAL = 999
const MAX_COUNT = 9999
/** How many empty periods are searched before a rule counts as never happening; years repeat after 400. */
const MAX_PERIODS = 2000
const MAX_YEARS = 400

/**
 * Reads a rule, with or without `RRULE:`, or says why it is not valid. A rule that is faster than daily, or that never
 * happens, is not valid.
 */
export function readRule(text: string): RuleParts | Unread {
  if (text.length > MAX_RULE_LENGTH)
    return refused('the rule is too long', `Use up to ${MAX_RULE_LENGTH} characters.`)
  const parts = new Map<string, string>()
  const bare = text
    .replace(/\s+/g, '')
    .replace(/^RRULE:/i, '')
    .replace(/;$/, '')
  for (const part of bare.toUpperCase().split(';')) {
    const [name, value, ...more] = part.split('=')
    if (name === undefined || value === undefined || more.length > 0)
      return refused(`"${part}" is not a part of a repeat rule`, RULE_FIX)
    if (parts.has(name)) return refused(`${name} is given twice`, 'Give it once.')
    const normal = normalValue(name, value)
    if (normal === undefined) return refusedPart(name, value)
    parts.set(name, normal)
  }
  if (parts.get('INTERVAL') === '1') parts.delete('INTERVAL')
  if (parts.get('WKST') === 'MO') parts.delete('WKST')
  const rule = new Map(ORDER.flatMap((name) => pair(name, parts.get(name))))
  return (
    incoherence(parts) ??
    (mayHappen(rule) ? rule : refused('the rule never happens', 'Check its days and months.'))
  )
}

/** `readRule` for a rule that was checked when it was stored. */
export function parseRule(text: string): RuleParts | undefined {
  const rule = readRule(text)
  return isUnread(rule) ? undefined : rule
}

const RULE_FIX = 'Write for example FREQ=WEEKLY;BYDAY=MO,TH, or words: every monday and thursday.'

const refused = (unread: string, instead: string): Unread => ({ unread, instead })

function refusedPart(name: string, value: string): Unread {
  if (name === 'FREQ' && /^(HOURLY|MINUTELY|SECONDLY)$/.test(value))
    return refused(
      `FREQ=${value} is faster than daily`,
      'A task repeats daily or slower; a schedule may be faster.',
    )
  if (/^BY(HOUR|MINUTE|SECOND)$/.test(name))
    return refused(
      `${name}=${value} is not one time of day`,
      'Give one BYHOUR and one BYMINUTE, or the time in due.',
    )
  const isKnown = ORDER.includes(name)
  return refused(`${isKnown ? `${name}=${value}` : name} is not understood`, RULE_FIX)
}

/** The one written form of a rule. */
export function writeRule(rule: RuleParts): string {
  return [...rule].map(([name, value]) => `${name}=${value}`).join(';')
}

/** The rule with one part set, or removed with null. */
export function withPart(rule: RuleParts, name: string, value: string | null): RuleParts {
  const parts = new Map(rule)
  if (value === null) parts.delete(name)
  else parts.set(name, value)
  return new Map(ORDER.flatMap((key) => pair(key, parts.get(key))))
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]]
}

function normalValue(name: string, value: string): string | undefined {
  switch (name) {
    case 'FREQ':
      return /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(value) ? value : undefined
    case 'INTERVAL':
      return positive(value, MAX_INTERVAL)
    case 'COUNT':
      return positive(value, MAX_COUNT)
    case 'UNTIL':
      return normalUntil(value)
    case 'WKST':
      return dayIndex(value) < 0 ? undefined : value
    case 'BYDAY':
      return normalDays(value)
    case 'BYMONTH':
      return numbers(value, 1, 12)
    case 'BYMONTHDAY':
      return numbers(value, -31, 31)
    case 'BYYEARDAY':
    case 'BYSETPOS':
      return numbers(value, -366, 366)
    case 'BYWEEKNO':
      return numbers(value, -53, 53)
    default:
      return undefined
  }
}

function positive(value: string, most: number): string | undefined {
  if (!/^\d{1,6}$/.test(value)) return undefined
  const number = Number(value)
  return number >= 1 && number <= most ? String(number) : undefined
}

/** Whole numbers between the bounds, never 0, sorted and without duplicates. */
function numbers(value: string, least: number, most: number): string | undefined {
  const list = value.split(',')
  if (!list.every((item) => /^[+-]?\d{1,3}$/.test(item))) return undefined
  const found = [...new Set(list.map(Number))].sort((a, b) => a - b)
  return found.every((item) => item !== 0 && item >= least && item <= most) ? found.join(',') : undefined
}

const dayIndex = (day: string): number => ([...RULE_DAYS] as string[]).indexOf(day)

function normalDays(value: string): string | undefined {
  const list = value.split(',').map((item) => /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(item))
  const days: { position: number; day: string }[] = []
  for (const match of list) {
    const position = Number(match?.[1] ?? '0')
    const isZero = match?.[1] !== undefined && position === 0
    if (match === null || isZero || Math.abs(position) > 53) return undefined
    days.push({ position, day: match[2] ?? '' })
  }
  days.sort((a, b) => a.position - b.position || dayIndex(a.day) - dayIndex(b.day))
  return [...new Set(days.map(({ position, day }) => (position === 0 ? day : `${position}${day}`)))].join(',')
}

function normalUntil(value: string): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?$/.exec(value)
  if (match === null) return undefined
  try {
    const [, year, month, day, hour = '00', minute = '00', second = '00'] = match
    Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}:${second}`)
    return value
  } catch {
    return undefined
  }
}

/** Why the parts may not be combined, by RFC 5545; undefined if they may. */
function incoherence(parts: RuleParts): Unread | undefined {
  const frequency = parts.get('FREQ')
  const isYearly = frequency === 'YEARLY'
  const clash = (unread: string) => refused(unread, RULE_FIX)
  if (frequency === undefined) return clash('FREQ is missing')
  if (parts.has('COUNT') && parts.has('UNTIL')) return clash('COUNT and UNTIL exclude each other')
  const hasPositions = /\d/.test(parts.get('BYDAY') ?? '')
  if (hasPositions && !(frequency === 'MONTHLY' || (isYearly && !parts.has('BYWEEKNO'))))
    return clash(`BYDAY=${parts.get('BYDAY')} needs FREQ=MONTHLY or YEARLY`)
  if (!isYearly && (parts.has('BYWEEKNO') || parts.has('BYYEARDAY')))
    return clash('BYWEEKNO and BYYEARDAY need FREQ=YEARLY')
  if (frequency === 'WEEKLY' && parts.has('BYMONTHDAY'))
    return clash('BYMONTHDAY does not go with FREQ=WEEKLY')
  const others = ['BYMONTH', 'BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYDAY']
  const hasOther = others.some((name) => parts.has(name))
  return parts.has('BYSETPOS') && !hasOther ? clash('BYSETPOS needs another BY part') : undefined
}

/** Whether any day matches; only rules that narrow days by number can miss them all (February 30). */
function mayHappen(rule: RuleParts): boolean {
  const isNarrow = ['BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYSETPOS'].some((name) => rule.has(name))
  if (!isNarrow && !/\d/.test(rule.get('BYDAY') ?? '')) return true
  if (!hasPosition(rule)) return false
  const start = Temporal.PlainDate.from('2024-01-01')
  return nextDay(rule, start, start) !== undefined
}

/** Whether BYSETPOS stays within a period of the rule; searching for a day would take long. */
function hasPosition(rule: RuleParts): boolean {
  const positions = rule.get('BYSETPOS')?.split(',').map(Number)
  const most = mostDays(rule)
  return positions === undefined || positions.some((position) => Math.abs(position) <= most)
}

/** The most days in one period of the rule. */
function mostDays(rule: RuleParts): number {
  switch (rule.get('FREQ')) {
    case 'DAILY':
      return 1
    case 'WEEKLY':
      return rule.get('BYDAY')?.split(',').length ?? 1
    case 'MONTHLY':
      return 31
    default:
      return 366
  }
}

/**
 * The first day of the rule after `after`, its periods counted from `anchor`; COUNT and UNTIL are ignored. The work is
 * bounded however far apart the two days are: whole intervals are skipped before any day is examined. Undefined if no
 * day follows.
 */
export function nextDay(
  rule: RuleParts,
  anchor: Temporal.PlainDate,
  after: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  const endless = withPart(withPart(anchored(rule, anchor), 'COUNT', null), 'UNTIL', null)
  try {
    const start = movedForward(endless, anchor, after)
    const days = new RRuleTemporal({
      rruleString: writeRule(endless),
      dtstart: atNoon(start),
      maxIterations: rule.get('FREQ') === 'YEARLY' ? MAX_YEARS : MAX_PERIODS,
      temporal: Temporal,
    })
    return days.next(atNoon(after))?.toPlainDate()
  } catch {
    // The library throws after searching this many periods, or when dates run out of range.
    return undefined
  }
}

// Days are computed at noon UTC, where no clock ever changes; the time of day is added afterwards.
const atNoon = (date: Temporal.PlainDate): Temporal.ZonedDateTime =>
  date.toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' })

/** Writes out what RFC 5545 takes from the start date, so that the start may move without changing the rule. */
function anchored(rule: RuleParts, anchor: Temporal.PlainDate): RuleParts {
  const frequency = rule.get('FREQ')
  const weekday = RULE_DAYS[anchor.dayOfWeek - 1] ?? 'MO'
  const has = (...names: string[]): boolean => names.some((name) => rule.has(name))
  if (frequency === 'WEEKLY') return has('BYDAY') ? rule : withPart(rule, 'BYDAY', weekday)
  if (frequency === 'DAILY' || has('BYDAY', 'BYMONTHDAY', 'BYYEARDAY')) return rule
  if (has('BYWEEKNO')) return withPart(rule, 'BYDAY', weekday)
  const onDay = withPart(rule, 'BYMONTHDAY', String(anchor.day))
  return frequency === 'MONTHLY' || has('BYMONTH') ? onDay : withPart(onDay, 'BYMONTH', String(anchor.month))
}

/** The start of a period in step with the anchor's, near `after`: moved by whole intervals only. */
function movedForward(
  rule: RuleParts,
  anchor: Temporal.PlainDate,
  after: Temporal.PlainDate,
): Temporal.PlainDate {
  const interval = Number(rule.get('INTERVAL') ?? '1')
  const whole = (periods: number): number => Math.max(0, Math.floor(periods / interval) - 1) * interval
  switch (rule.get('FREQ')) {
    case 'DAILY':
      return anchor.add({ days: whole(anchor.until(after, { largestUnit: 'days' }).days) })
    case 'WEEKLY':
      return anchor.add({ weeks: whole(anchor.until(after, { largestUnit: 'weeks' }).weeks) })
    case 'MONTHLY': {
      const first = anchor.with({ day: 1 })
      return first.add({ months: whole(first.until(after, { largestUnit: 'months' }).months) })
    }
    default:
      return anchor.with({ month: 1, day: 1 }).add({ years: whole(after.year - anchor.year) })
  }
}
