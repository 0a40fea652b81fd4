/** Writes the days of a repeat rule as cron, where possible. */
import { RULE_DAYS, type RuleParts } from '../time/repeats/repeat-rule.ts'
import { WORKING_DAYS } from '../time/repeats/repeat-vocabulary.ts'
import type { Unread } from '../time/unread.ts'

/** Day of the month, month and day of the week of a rule, if cron can express them. */
export function daysOf(rule: RuleParts): string | Unread {
  const frequency = rule.get('FREQ')
  const cannot = (unread: string, instead: string): Unread => ({ unread, instead })
  if (rule.has('COUNT') || rule.has('UNTIL'))
    return cannot('a schedule has no end', 'Leave out the end, and pause or delete the schedule then.')
  if (rule.has('INTERVAL'))
    return cannot(
      'cron has no intervals of days, weeks or months',
      'Write the days: every monday at 9:00, on the 1st and 15th at 9:00.',
    )
  const other = ['BYSETPOS', 'BYWEEKNO', 'BYYEARDAY'].find((part) => rule.has(part))
  if (other !== undefined)
    return cannot(
      'cron cannot express which of several days it is',
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
  if (byDay === WORKING_DAYS) return `* ${month} 1-5`
  const days = byDay.split(',').map((item) => {
    const [, position = '', code = ''] = /^(-?\d+)?([A-Z]{2})$/.exec(item) ?? []
    // RFC 5545 begins with Monday, cron with Sunday as 0.
    const number = ((RULE_DAYS as readonly string[]).indexOf(code) + 1) % RULE_DAYS.length
    if (position === '') return String(number)
    return position === '-1' ? `${number}L` : Number(position) > 0 ? `${number}#${position}` : ''
  })
  const isPlaced = /\d[A-Z]/.test(byDay)
  if (isPlaced && (days.length > 1 || days.includes('')))
    return {
      unread: 'cron can express only one such day of the month',
      instead: 'Create a schedule for each day.',
    }
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
