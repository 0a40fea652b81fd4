/** The days that a call about calendars asks for. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { dayFrom } from '../tasks/read-when.ts'
import { addDays, daysBetween } from '../time/calendar.ts'
import { localDate, type Moment } from '../time/clock.ts'
import { AHEAD_MIN_DAYS, PAST_DAYS } from './refresh.ts'

/** Days of one answer. */
const DAYS_MAX = 31
const WORDS_MAX_CHARS = 100

const words = z.string().trim().min(1).max(WORDS_MAX_CHARS)

export const daysInput = {
  from: words.default('today').describe('Such as friday, this week'),
  to: words.optional().describe('The last day'),
}

interface Asked {
  readonly from: string
  readonly to?: string | undefined
}

/** @throws AppError `invalid_input` for what is no day, for too many, and for those that are not mirrored */
export function askedDays({ from: said, to: saidTo = said }: Asked, moment: Moment) {
  const today = localDate(moment)
  const from = dayFrom(said, moment, 'from')
  const to = dayFrom(saidTo, moment, 'to')
  const [first, last] = [addDays(today, 1 - PAST_DAYS), addDays(today, AHEAD_MIN_DAYS - 1)]
  if (to < from)
    throw refused('to', `${to} is before ${from}`, 'Give the first day in from, and the last in to.')
  if (daysBetween(from, to) >= DAYS_MAX)
    throw refused('to', `From ${from} to ${to} are more than ${DAYS_MAX} days`, 'Ask for fewer days at once.')
  if (from < first || to > last)
    throw refused('from', `Events are known from ${first} to ${last}`, 'Ask for days between these.')
  return { from, to, today }
}

function refused(field: string, what: string, fix: string): AppError {
  return new AppError('invalid_input', `${what}.`, { fix, issues: [{ path: field, message: what }] })
}
