/** Reads repeats as calendars write them (RFC 5545): an RRULE, alone or below its DTSTART. */
import { Temporal } from 'temporal-polyfill'
import { clockText } from '../days/wall-time.ts'
import { isUnread, type Unread } from '../unread.ts'
import { isTimeZone } from '../zones/time-zone.ts'
import type { Repeat } from './repeat.ts'
import { readRule, writeRule } from './repeat-rule.ts'

/** Whether a text is meant as a rule rather than as words. */
export function isRuleText(text: string): boolean {
  return /^\s*(RRULE|DTSTART|EXDATE|RDATE|EXRULE|DTEND|DURATION)\b/i.test(text) || text.includes('=')
}

/** The repeat in the text, or the part of it that is not understood. */
export function readRuleText(text: string): Repeat | Unread {
  let start: Start | undefined
  let rule: string | undefined
  // A line that begins with a space continues the previous one (RFC 5545, section 3.1).
  const unfolded = text.replace(/(?:\r?\n|\\n)[ \t]/g, '')
  for (const line of unfolded.split(/[\r\n]+|\\n|\s+(?=RRULE[:;]|DTSTART[:;])/i)) {
    if (line.trim() === '') continue
    // A line without a property's name is a rule.
    const [, name = 'RRULE', value = ''] = /^\s*([A-Za-z-]+)[:;](.*)$/.exec(line) ?? []
    if (/^RRULE$/i.test(name)) {
      if (rule !== undefined) return twice('RRULE')
      rule = line
      continue
    }
    if (!/^DTSTART$/i.test(name)) return notKept(name)
    if (start !== undefined) return twice('DTSTART')
    const read = readStart(value)
    if (isUnread(read)) return read
    start = read
  }
  return rule === undefined
    ? { unread: 'there is no RRULE', instead: 'Write for example RRULE:FREQ=WEEKLY;BYDAY=MO.' }
    : withTime(rule, start)
}

const twice = (name: string): Unread => ({ unread: `${name} is given twice`, instead: 'Give it once.' })

const notKept = (name: string): Unread => ({
  unread: `${name.toUpperCase()} is not supported in a repeat`,
  instead: 'Give only DTSTART and RRULE; to skip a single date, complete the task when it comes.',
})

/** The start of a rule. */
interface Start {
  readonly date: string
  readonly time: string | null
  readonly timeZone: string | null
}

/** The value of `DTSTART`: `20261201`, `20261201T090000Z`, `TZID=Europe/Paris:20261201T090000`. */
function readStart(value: string): Start | Unread {
  const [, parameters = '', year, month, day, hour, minute, utc] =
    /^(?:((?:(?:TZID=(?:"[^"]+"|[^:;]+)|VALUE=DATE(?:-TIME)?);?)+):)?(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(?:\d{2})?(Z)?)?$/i.exec(
      value.trim(),
    ) ?? []
  const zone = /(?:^|;)TZID="?([^";]+)"?/i.exec(parameters)?.[1]
  const date = `${year}-${month}-${day}`
  const time = hour === undefined ? null : `${hour}:${minute}`
  if (zone !== undefined && !isTimeZone(zone))
    return { unread: `TZID=${zone} is not a time zone`, instead: 'Give an IANA name such as Europe/Paris.' }
  if (year === undefined || !exists(`${date}T${time ?? '00:00'}`))
    return { unread: `DTSTART ${value} is not a date`, instead: 'Write for example DTSTART:20261201T090000.' }
  return { date, time, timeZone: time === null ? null : utc === undefined ? (zone ?? null) : 'UTC' }
}

function exists(dateTime: string): boolean {
  try {
    return Temporal.PlainDateTime.from(dateTime, { overflow: 'reject' }) !== undefined
  } catch {
    return false
  }
}

/** BYHOUR and BYMINUTE are a time of day, which a task keeps in its due date. */
function withTime(text: string, start: Start | undefined): Repeat | Unread {
  const { rest, by } = cutTime(text)
  const rule = readRule(rest)
  if (isUnread(rule)) return rule
  const hour = singleNumber(by.get('BYHOUR'), 23)
  const minute = singleNumber(by.get('BYMINUTE'), 59)
  const isWhole = singleNumber(by.get('BYSECOND'), 0) !== null
  if (hour === null || minute === null || !isWhole || (hour === undefined && by.size > 0))
    return {
      unread: `${[...by].map((each) => each.join('=')).join(';')} is not one time of day`,
      instead: 'Give one BYHOUR and one BYMINUTE.',
    }
  const time = hour === undefined ? (start?.time ?? null) : clockText(hour, minute ?? minuteOf(start))
  return {
    rule: writeRule(rule),
    time,
    timeZone: start?.timeZone ?? null,
    from: start?.date ?? null,
    lengthMinutes: null,
    isGuess: false,
    open: null,
  }
}

const minuteOf = (start: Start | undefined): number => Number(start?.time?.slice(3) ?? '0')

function cutTime(text: string): { rest: string; by: ReadonlyMap<string, string> } {
  const parts = text
    .replace(/\s+/g, '')
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')
  const isTime = (part: string) => /^BY(HOUR|MINUTE|SECOND)=/.test(part)
  const by = parts
    .filter(isTime)
    .map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=')[1] ?? ''])
  return { rest: parts.filter((part) => !isTime(part)).join(';'), by: new Map(by) }
}

/** The number; undefined where no value is given, null where the value is not a single number up to `most`. */
function singleNumber(value: string | undefined, most: number): number | null | undefined {
  if (value === undefined) return undefined
  return /^\d{1,2}$/.test(value) && Number(value) <= most ? Number(value) : null
}
