/** The hours in which a person works, as spans of the days on which they do. */
import { Temporal } from 'temporal-polyfill'
import { WEEKDAYS, type Weekday } from '../../access/tables.ts'
import { USUAL_WORK_DAYS } from '../../people/work-days.ts'
import { addDays } from '../../time/calendar.ts'
import { instantOf } from '../../time/clock.ts'
import type { Span } from './spans.ts'

/** Times as HH:MM; an end that is not after the start is of the next day. */
export interface WorkHours {
  readonly from: string
  readonly until: string
}

/** Where a person has set none. */
export const USUAL_WORK_HOURS: WorkHours = { from: '09:00', until: '17:00' }

export interface WorkTimes {
  readonly hours: WorkHours
  /** Null or empty: not set. */
  readonly workDays: readonly Weekday[] | null
  readonly timeZone: string
}

export function isWorkDay(day: string, { workDays }: Pick<WorkTimes, 'workDays'>): boolean {
  const weekday = WEEKDAYS[Temporal.PlainDate.from(day).dayOfWeek - 1] as Weekday
  return (workDays?.length ? workDays : USUAL_WORK_DAYS).includes(weekday)
}

/** The working hours that begin on a day, whether or not it is a work day; empty where a clock change skips all of them. */
export function workSpan(day: string, { hours, timeZone }: Pick<WorkTimes, 'hours' | 'timeZone'>): Span {
  const lastDay = hours.until <= hours.from ? addDays(day, 1) : day
  const from = instantOf(day, hours.from, timeZone)?.epochMilliseconds ?? 0
  const until = instantOf(lastDay, hours.until, timeZone)?.epochMilliseconds ?? 0
  return { from, until: Math.max(from, until) }
}
