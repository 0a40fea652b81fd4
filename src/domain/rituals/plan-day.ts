/** A person's day: what matters most, what is left over, what is due, and what is important without a date. */
import { Temporal } from 'temporal-polyfill'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { localDate, type Moment } from '../time/clock.ts'
import { PART_MAX, type PartsOfDay, partsOfDay, rankForBrief, TOP_MAX } from '../work/day.ts'
import { readDoneWork, readOpenWork } from '../work/read-work.ts'
import type { RankedWork, WorkRead } from '../work/work.ts'
import { openOutcomes } from './outcomes.ts'
import { weekOf } from './weeks.ts'

/** What a ritual looks at. */
export interface DayRead extends PartsOfDay<WorkRead> {
  readonly moment: Moment
  readonly date: string
  readonly outcomes: readonly string[]
  readonly open: readonly WorkRead[]
  /** Completed today, the latest first. */
  readonly done: readonly WorkRead[]
  readonly top: readonly RankedWork[]
}

/** `outcomes`: in place of those that are stored for the week. */
export async function readDay(ctx: Context, outcomes?: readonly string[]): Promise<DayRead> {
  const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
  const date = localDate(moment)
  const wanted = outcomes ?? (await openOutcomes(ctx, weekOf(date)))
  const open = await readOpenWork(ctx)
  const done = await readDoneWork(ctx, { from: startOfDay(date, moment.timeZone), until: afterNow(ctx.now) })
  const top = rankForBrief(open, wanted, moment).slice(0, TOP_MAX)
  return { ...partsOfDay(open, moment), moment, date, outcomes: wanted, open, done, top }
}

export function startOfDay(day: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds)
}

/** What was completed at this very moment counts. */
export function afterNow(now: Date): Date {
  return new Date(now.getTime() + 1)
}

/** The parts as they are shown. */
export function shownParts({ carryover, overdue, today, undated }: PartsOfDay<WorkRead>) {
  return {
    carryover: carryover.slice(0, PART_MAX),
    overdue: overdue.slice(0, PART_MAX),
    today: today.slice(0, PART_MAX),
    undated: undated.slice(0, PART_MAX),
  }
}

/** What a person meant to do today and has not done: what is overdue first. */
export function openOfDay({ carryover, overdue, today }: PartsOfDay<WorkRead>): WorkRead[] {
  return [...overdue, ...today, ...carryover]
}
