/** Reads intervals of hours and minutes: "hourly", "every 15 minutes on weekdays". */
import { readPattern } from '../time/repeats/repeat-words.ts'
import { isUnread, type Unread } from '../time/unread.ts'
import { daysOf } from './cron-days.ts'

const MINUTES_PER_HOUR = 60
const HOURS_PER_DAY = 24

const COUNTS: Readonly<Record<string, number>> = {
  ...{
    '': 1,
    a: 1,
    an: 1,
    one: 1,
    other: 2,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    ten: 10,
    twelve: 12,
  },
}

/** Intervals that divide the hour or the day, so that the steps are even; perhaps on some weekdays alone. */
export function readInterval(text: string): string | Unread | undefined {
  const [, amount = '', unit = '', days] = INTERVAL.exec(spelledOut(text)) ?? []
  if (unit === '' || (unit.length === 1 && amount === '')) return undefined
  const isMinutes = unit.startsWith('m')
  const count = COUNTS[amount] ?? Number(amount)
  const whole = isMinutes ? MINUTES_PER_HOUR : HOURS_PER_DAY
  if (!Number.isInteger(count) || count < 1 || count >= whole || whole % count !== 0)
    return {
      unread: `"${text}" does not divide the ${isMinutes ? 'hour' : 'day'}`,
      instead: isMinutes
        ? 'Write 1 to 6, 10, 12, 15, 20 or 30 minutes.'
        : 'Write 1, 2, 3, 4, 6, 8 or 12 hours.',
    }
  const step = count === 1 ? '*' : `*/${count}`
  const on = days === undefined ? '* * *' : weekdaysOf(days)
  return on && (isMinutes ? `${step} * ${on}` : `0 ${step} ${on}`)
}

const INTERVAL = /^every (?:(\S+) )?(m|min|minute|h|hr|hour)s?(?: on (.+))?$/

/** "hourly", "every 15m" and `FREQ=HOURLY;INTERVAL=2` as "every hour", "every 15 m" and "every 2 hour". */
function spelledOut(text: string): string {
  return text
    .replace(/^hourly\b/, 'every hour')
    .replace(/^(?:each|ev) /, 'every ')
    .replace(/\bhalf (an )?hour\b/, '30 minutes')
    .replace(/^(?:rrule:)?freq=(hour|minute)ly(?:;interval=(\d+))?$/, 'every $2 $1')
    .replace(/(\d)(?=[a-z])/g, '$1 ')
    .replace(/ +/g, ' ')
}

/** Day of the month, month and day of the week of "weekdays", "monday and friday". */
function weekdaysOf(text: string): string | undefined {
  const rule = readPattern(['every', ...text.split(' ').map((day) => day.replace(/days$/, 'day'))], true)
  if (rule === undefined || isUnread(rule) || rule.get('FREQ') !== 'WEEKLY') return undefined
  const days = daysOf(rule)
  return isUnread(days) ? undefined : days
}
