/** When a schedule fires, in words and as stored. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Moment } from '../time/clock.ts'
import { isUnread, type Unread, unreadSentence } from '../time/unread.ts'
import { isTimeZone } from '../time/zones/time-zone.ts'
import { isCronText, readCronText } from './cron.ts'
import { isCron, nextDue } from './next-due.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { schedules } from './tables.ts'
import { CATCH_UP_MAX } from './turn.ts'
import { readWhen, WHEN_EXAMPLES } from './words.ts'

/** Milliseconds by which the clocks of two processes may differ before one counts as wrong. */
export const CLOCK_SKEW_MS = 60 * 1000

const WHEN_MAX_CHARS = 200

export const When = z
  .string()
  .trim()
  .min(1)
  .max(WHEN_MAX_CHARS)
  .describe('every weekday 8:30; hourly; or five fields of cron')
export const CatchUp = z
  .enum(schedules.catchUp.enumValues)
  .describe(
    `Moments that passed more than 10 minutes ago while no worker ran. skip: no call is made for them; latest: one call, for the last of them; all: a call for each, at most the last ${CATCH_UP_MAX}. What passed less than 10 minutes ago is called late`,
  )

/** Why a stored schedule's timing is not valid; undefined: it is valid. */
export function timingFault({ cron, timeZone }: Pick<ScheduleRow, 'cron' | 'timeZone'>): string | undefined {
  if (!isCronText(cron) || typeof readCronText(cron) !== 'string' || !isCron(cron))
    return `When it fires cannot be read: "${cron}" is not a valid cron expression.`
  return isTimeZone(timeZone) ? undefined : `There is no time zone "${timeZone}" here.`
}

/**
 * Reads when a schedule fires. The time zone is `timeZone`, otherwise the one in the words, otherwise the person's own.
 * @throws AppError `invalid_input` for words that are not understood, or two zones that disagree
 */
export function readTiming(
  when: string,
  given: string | undefined,
  moment: Moment,
): Pick<ScheduleRow, 'cron' | 'timeZone'> {
  const read = readWhen(when, moment)
  if (isUnread(read)) throw badWhen(read)
  const { cron, timeZone } = read
  if (given === undefined || timeZone === null || timeZone === given)
    return { cron, timeZone: timeZone ?? given ?? moment.timeZone }
  throw badWhen({
    unread: `when says ${timeZone}, and timeZone says ${given}`,
    instead: 'Give the time zone once.',
  })
}

/**
 * Whether the stored next moment is further ahead than the rule allows: it was stored while a clock was fast, and the
 * schedule would stay silent until then. The schedule must be readable.
 */
export function isAhead(row: Pick<ScheduleRow, 'cron' | 'timeZone' | 'nextAt'>, now: Date): boolean {
  const latest = new Date(now.getTime() + CLOCK_SKEW_MS)
  return row.nextAt > latest && row.nextAt > nextAfter(row, latest)
}

/** @throws AppError `invalid_input` for a cron expression that is not valid, or that never matches */
export function nextAfter(timing: Pick<ScheduleRow, 'cron' | 'timeZone'>, after: Date): Date {
  if (!isTimeZone(timing.timeZone)) {
    throw new AppError('invalid_input', `There is no time zone "${timing.timeZone}" here.`, {
      fix: 'Give timeZone, an IANA name such as Europe/Paris.',
      issues: [{ path: 'timeZone', message: 'is not a time zone' }],
    })
  }
  const next = nextDue(timing.cron, timing.timeZone, after)
  if (next !== undefined) return next
  throw badWhen({
    unread: `the cron expression "${timing.cron}" never matches`,
    instead: `Write for example: ${WHEN_EXAMPLES}.`,
  })
}

function badWhen(why: Unread): AppError {
  const { unread, instead } = why
  const issues = [{ path: 'when', message: unread }]
  return new AppError('invalid_input', unreadSentence(why), { fix: instead, issues })
}
