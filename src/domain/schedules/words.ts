/** Reads when a schedule fires: cron, an interval, or a repeat with its time of day ("every weekday 8:30 PST"). */
import type { Moment } from '../time/clock.ts'
import type { Repeat } from '../time/repeats/repeat.ts'
import { readRepeat } from '../time/repeats/repeat-phrase.ts'
import { parseRule, RULE_DAYS, type RuleParts } from '../time/repeats/repeat-rule.ts'
import { isUnread, type Unread } from '../time/unread.ts'
import { isCronText, readCronText } from './cron.ts'

/** What can be said, for whoever is told that something was not understood. */
export const WHEN_EXAMPLES =
  'every weekday 8:30, every day at 9, every monday and thursday 14:00, every 15 minutes, hourly, on the 1st at 9:00, or cron: 30 8 * * 1-5'

const WHEN_MAX_CHARS = 200

/** When a schedule fires. */
export interface When {
  /** Five fields. */
  readonly cron: string
  /** IANA name of the zone that was said; null where none was. */
  readonly timeZone: string | null
}

/** What the text stands for, or which part of it is not understood. */
export function readWhen(text: string, moment: Moment): When | Unread {
  if (text.length > WHEN_MAX_CHARS)
    return { unread: 'the time is too long', instead: `Use up to ${WHEN_MAX_CHARS} characters.` }
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const cron = isCronText(plain) ? readCronText(text) : readInterval(plain)
  if (cron !== undefined) return typeof cron === 'string' ? { cron, timeZone: null } : cron
  const repeat = readRepeat(text, moment)
  return isUnread(repeat) ? withExamples(repeat, text) : ofRepeat(repeat, text)
}

function withExamples(read: Unread, text: string): Unread {
  if (!read.unread.includes('not a repeat that can be read')) return read
  return {
    unread: `"${text}" is not understood as a time at which a schedule fires`,
    instead: `Write for example: ${WHEN_EXAMPLES}.`,
  }
}

const MINUTES_PER_HOUR = 60
const HOURS_PER_DAY = 24

/** Intervals that divide the hour or the day, so that the steps are even. */
function readInterval(text: string): string | Unread | undefined {
  const [, amount = '', unit = ''] =
    /^(?:every|each|ev) (?:(\S+?) ?)??(minutes?|hours?|mins?|hrs?)$/.exec(
      text.replace(/^hourly$/, 'every hour'),
    ) ?? []
  if (unit === '') return undefined
  const isHours = unit.startsWith('h')
  if (amount === 'half' && isHours) return '*/30 * * * *'
  const count =
    { '': 1, other: 2, two: 2, three: 3, four: 4, five: 5, six: 6, ten: 10 }[amount] ?? Number(amount)
  const whole = isHours ? HOURS_PER_DAY : MINUTES_PER_HOUR
  if (!Number.isInteger(count) || count < 1 || count >= whole || whole % count !== 0)
    return {
      unread: `"${text}" does not divide the ${isHours ? 'day' : 'hour'}`,
      instead: isHours
        ? 'Write 1, 2, 3, 4, 6, 8 or 12 hours.'
        : 'Write 1 to 6, 10, 12, 15, 20 or 30 minutes.',
    }
  const step = count === 1 ? '*' : `*/${count}`
  return isHours ? `0 ${step} * * *` : `${step} * * * *`
}

function ofRepeat(repeat: Repeat, text: string): When | Unread {
  const rule = parseRule(repeat.rule)
  const days = rule === undefined ? undefined : daysOf(rule)
  if (days === undefined || isUnread(days)) return days ?? notKept(text)
  if (repeat.time === null)
    return { unread: `"${text}" names no time of day`, instead: 'Add one: every monday at 9:00.' }
  if (repeat.isGuess)
    return {
      unread: `"${text}" may be in the morning or the afternoon`,
      instead: `Write ${repeat.time} or ${morningOf(repeat.time)}.`,
    }
  if (repeat.from !== null)
    return { unread: 'a schedule begins at once', instead: 'Leave out the day on which it begins.' }
  if (repeat.lengthMinutes !== null)
    return { unread: 'a schedule fires at one time of day', instead: `Write the time alone: ${repeat.time}.` }
  const [hour, minute] = repeat.time.split(':').map(Number)
  return { cron: `${minute} ${hour} ${days}`, timeZone: repeat.timeZone }
}

const morningOf = (time: string): string =>
  `${String(Number(time.slice(0, 2)) - 12).padStart(2, '0')}${time.slice(2)}`

const notKept = (text: string): Unread => ({
  unread: `"${text}" cannot be kept as a schedule`,
  instead: `Write for example: ${WHEN_EXAMPLES}.`,
})

/** Day of the month, month and day of the week of a rule, where cron can say them. */
function daysOf(rule: RuleParts): string | Unread {
  const frequency = rule.get('FREQ')
  const cannot = (unread: string, instead: string): Unread => ({ unread, instead })
  if (rule.has('COUNT') || rule.has('UNTIL'))
    return cannot('a schedule has no end', 'Leave out the end, and pause or delete it then.')
  if (rule.has('INTERVAL'))
    return cannot(
      'cron has no intervals of days, weeks or months',
      'Write the days: every monday at 9:00, on the 1st and 15th at 9:00.',
    )
  const other = ['BYSETPOS', 'BYWEEKNO', 'BYYEARDAY'].find((part) => rule.has(part))
  if (other !== undefined)
    return cannot(
      'cron cannot say which of several days it is',
      'Write a weekday (first monday) or a day of the month.',
    )
  const month = rule.get('BYMONTH') ?? '*'
  const [byDay, monthDays] = [rule.get('BYDAY'), rule.get('BYMONTHDAY')]
  if (frequency === 'DAILY' && byDay === undefined && monthDays === undefined) return `* ${month} *`
  if (byDay !== undefined && monthDays === undefined) return withDays(month, byDay)
  if (monthDays !== undefined && byDay === undefined) return withMonthDays(month, monthDays)
  return cannot(
    'it does not say on which day',
    'Name the day: every monday at 9:00, monthly on the 1st at 9:00.',
  )
}

function withDays(month: string, byDay: string): string | Unread {
  if (byDay === 'MO,TU,WE,TH,FR') return `* ${month} 1-5`
  const days = byDay.split(',').map((item) => {
    const [, position = '', code = ''] = /^(-?\d+)?([A-Z]{2})$/.exec(item) ?? []
    // RFC 5545 begins with Monday, cron with Sunday as 0.
    const number = ((RULE_DAYS as readonly string[]).indexOf(code) + 1) % RULE_DAYS.length
    if (position === '') return String(number)
    return position === '-1' ? `${number}L` : Number(position) > 0 ? `${number}#${position}` : ''
  })
  const isPlaced = /\d[A-Z]/.test(byDay)
  if (isPlaced && (days.length > 1 || days.includes('')))
    return { unread: 'cron can say one such day of the month', instead: 'Make a schedule for each day.' }
  return `* ${month} ${days.sort().join(',')}`
}

function withMonthDays(month: string, monthDays: string): string | Unread {
  if (monthDays === '-1') return `L ${month} *`
  if (monthDays.includes('-'))
    return {
      unread: 'cron counts days from the beginning of a month',
      instead: 'Write the day, or the last day of the month.',
    }
  return `${monthDays} ${month} *`
}
