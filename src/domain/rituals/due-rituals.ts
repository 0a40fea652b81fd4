/** Which rituals a person is to be told of now. */
import { WEEKDAYS, type Weekday } from '../access/tables.ts'
import { USUAL_WORK_DAYS } from '../people/work-days.ts'
import { localNow, type Moment } from '../time/clock.ts'
import { type RitualTimes, TIMED_RITUALS, type TimedRitual } from './tables.ts'

/** Minutes after its time within which a person is told of a ritual: later, its part of the day is over. */
const WINDOW_MINUTES = 4 * 60

const MINUTES_PER_HOUR = 60

interface Person {
  readonly times: RitualTimes
  /** Null: not set. Every day then has its brief, and the week is that of most people. */
  readonly workDays: readonly Weekday[] | null
}

export interface DueRituals {
  /** The day in the person's time zone. */
  readonly day: string
  readonly rituals: readonly TimedRitual[]
}

/** By the wall clock of the person, so that a time that a clock change skips is caught up within the window. */
export function dueRituals({ times, workDays }: Person, moment: Moment): DueRituals {
  const local = localNow(moment)
  const now = local.hour * MINUTES_PER_HOUR + local.minute
  const weekday = WEEKDAYS[local.dayOfWeek - 1] as Weekday
  const rituals = TIMED_RITUALS.filter((ritual) => {
    const time = times[ritual]
    if (time === undefined || !isDayOf(ritual, weekday, workDays)) return false
    const late = now - minutesOf(time)
    return late >= 0 && late < WINDOW_MINUTES
  })
  return { day: local.toPlainDate().toString(), rituals }
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * MINUTES_PER_HOUR + minute
}

/** The outcomes are asked for on the first work day of the week, and the review comes on the last. */
function isDayOf(ritual: TimedRitual, weekday: Weekday, workDays: Person['workDays']): boolean {
  const days = workDays?.length ? workDays : null
  const week = WEEKDAYS.filter((day) => (days ?? USUAL_WORK_DAYS).includes(day))
  switch (ritual) {
    case 'outcomes':
      return weekday === week[0]
    case 'review':
      return weekday === week.at(-1)
    default:
      return days === null || days.includes(weekday)
  }
}
