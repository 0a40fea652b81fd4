/** Reads intervals of hours and minutes: "hourly", "every 15 minutes on weekdays". */
import { HOURS_PER_DAY, MINUTES_PER_HOUR } from '../time/days/clock-words.ts'
import { readFastRepeat } from '../time/repeats/fast-repeat.ts'
import { readPattern } from '../time/repeats/repeat-words.ts'
import { isUnread, type Unread } from '../time/unread.ts'
import { daysOf } from './cron-days.ts'

/** Intervals that divide the hour or the day, so that the steps are even; optionally only on some weekdays. */
export function readInterval(words: readonly string[]): string | Unread | undefined {
  const spelled = words.length === 1 ? inWords(words[0] ?? '') : words
  const { said, length = 0 } = readFastRepeat(spelled) ?? {}
  const [on, ...days] = spelled.slice(length)
  if (said === undefined || (on !== undefined && (on !== 'on' || days.length === 0))) return undefined
  const isMinutes = said.unit === 'minute'
  const whole = isMinutes ? MINUTES_PER_HOUR : HOURS_PER_DAY
  if (said.count < 1 || said.count >= whole || whole % said.count !== 0)
    return {
      unread: `"${words.join(' ')}" does not divide the ${isMinutes ? 'hour' : 'day'}`,
      instead: isMinutes
        ? 'Write 1 to 6, 10, 12, 15, 20 or 30 minutes.'
        : 'Write 1, 2, 3, 4, 6, 8 or 12 hours.',
    }
  const step = said.count === 1 ? '*' : `*/${said.count}`
  const onDays = on === undefined ? '* * *' : weekdaysOf(days)
  return onDays && (isMinutes ? `${step} * ${onDays}` : `0 ${step} ${onDays}`)
}

/** `FREQ=HOURLY;INTERVAL=2` as "every 2 hours". */
function inWords(rule: string): readonly string[] {
  const [, unit, count = '1'] = /^(?:rrule:)?freq=(hour|minute)ly(?:;interval=(\d{1,4}))?$/.exec(rule) ?? []
  return unit === undefined ? [rule] : ['every', count, unit]
}

/** Day of the month, month and day of the week of "weekdays", "monday and friday". */
function weekdaysOf(words: readonly string[]): string | undefined {
  const rule = readPattern(['every', ...words.map((day) => day.replace(/days$/, 'day'))], true)
  if (rule === undefined || isUnread(rule) || rule.get('FREQ') !== 'WEEKLY') return undefined
  const days = daysOf(rule)
  return isUnread(days) ? undefined : days
}
