/** What was completed in a day, a week, a month or a quarter, beside the span before it. */
import { Temporal } from 'temporal-polyfill'
import { BUCKETS, type Bucket } from '../planning/effort.ts'
import { deepWork } from '../planning/score.ts'
import { dayIn, daysBetween } from '../time/calendar.ts'
import type { Work } from '../work/work.ts'
import { minutesOfWork } from './minutes.ts'
import { weekOf } from './weeks.ts'

export const PERIODS = ['day', 'week', 'month', 'quarter'] as const
export type Period = (typeof PERIODS)[number]

/** Days, both included. */
export interface DaySpan {
  readonly from: string
  readonly until: string
}

const MONTHS_PER_QUARTER = 3

/** The calendar period in which a day lies, weeks from Monday. */
export function spanOf(period: Period, day: string): DaySpan {
  const date = Temporal.PlainDate.from(day)
  switch (period) {
    case 'day':
      return { from: day, until: day }
    case 'week':
      return spanFrom(Temporal.PlainDate.from(weekOf(day)), { weeks: 1 })
    case 'month':
      return spanFrom(date.with({ day: 1 }), { months: 1 })
    case 'quarter': {
      const month = date.month - ((date.month - 1) % MONTHS_PER_QUARTER)
      return spanFrom(date.with({ month, day: 1 }), { months: MONTHS_PER_QUARTER })
    }
  }
}

function spanFrom(first: Temporal.PlainDate, length: Temporal.DurationLike): DaySpan {
  return { from: first.toString(), until: first.add(length).subtract({ days: 1 }).toString() }
}

/** The span of the same kind before this one. */
export function spanBefore(period: Period, { from }: DaySpan): DaySpan {
  return spanOf(period, Temporal.PlainDate.from(from).subtract({ days: 1 }).toString())
}

export interface Figures {
  readonly completed: number
  /** Estimated. */
  readonly minutes: number
  readonly byEffort: Readonly<Record<Bucket | 'unknown', number>>
  /** Of 15 minutes or more, or of an impact of 4 or 5. */
  readonly deep: number
  /** Days on which something was completed. */
  readonly activeDays: number
}

/** From this impact on, or from this many minutes on, a task is deep work. FlowCoach's rule. */
const DEEP = { impact: 4, minutes: 15 } as const

export function isDeep({ minutes, bucket, labels }: Work): boolean {
  if (deepWork(labels).impact >= DEEP.impact) return true
  return minutes === null ? bucket === '30plus' : minutes >= DEEP.minutes
}

export function figuresOf(done: readonly Work[], timeZone: string): Figures {
  const byEffort = { ...Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0])), unknown: 0 } as Record<
    Bucket | 'unknown',
    number
  >
  for (const { bucket } of done) byEffort[bucket ?? 'unknown'] += 1
  return {
    completed: done.length,
    minutes: minutesOfWork(done).minutes,
    byEffort,
    deep: done.filter(isDeep).length,
    activeDays: new Set(done.map((work) => dayOf(work, timeZone))).size,
  }
}

export interface DayFigures {
  readonly day: string
  readonly completed: number
  readonly minutes: number
}

/** One row for each day of the span up to `today`. */
export function figuresByDay(
  done: readonly Work[],
  { from, until }: DaySpan,
  { today, timeZone }: { readonly today: string; readonly timeZone: string },
): DayFigures[] {
  const last = until < today ? until : today
  const days = Array.from({ length: Math.max(daysBetween(from, last) + 1, 0) }, (_, index) =>
    Temporal.PlainDate.from(from).add({ days: index }).toString(),
  )
  return days.map((day) => {
    const ofDay = done.filter((work) => dayOf(work, timeZone) === day)
    return { day, completed: ofDay.length, minutes: minutesOfWork(ofDay).minutes }
  })
}

function dayOf({ completedAt }: Work, timeZone: string): string {
  return dayIn(timeZone, new Date(completedAt ?? 0))
}
