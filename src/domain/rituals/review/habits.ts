/** Habits are repeating tasks: on which of their days they were kept, and on which they were missed. */
import { and, asc, eq, gte, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { groupBy } from '../../../core/text/group-by.ts'
import { ownView, visibleTo } from '../../access/visible-to.ts'
import { seriesOf } from '../../tasks/completion/series.ts'
import { taskRef } from '../../tasks/store.ts'
import { tasks } from '../../tasks/tables.ts'
import { addDays, dayIn } from '../../time/calendar.ts'
import { nextDay, parseRule } from '../../time/repeats/repeat-rule.ts'
import { startOfDay } from '../plan-day.ts'

/** Tasks of series that are read: the newest. */
const ROWS_MAX = 5_000

export const Habit = z.object({
  ref: z.string().describe('The open task of the series'),
  title: z.string(),
  kept: z.int(),
  missed: z.int(),
  streak: z.int().describe('Days of the habit in a row that were kept, up to now'),
  days: z.array(z.object({ day: z.string(), state: z.enum(['kept', 'missed', 'open']) })),
})
export type Habit = z.output<typeof Habit>

export interface HabitDays {
  /** RFC 5545 RRULE. */
  readonly rule: string
  /** A day of the rule from which its periods are counted. */
  readonly anchor: string
  /** Days on which it was completed, and days for which. */
  readonly done: ReadonlySet<string>
}

/** A day of the rule is kept if the task was completed on it or for it. Today is open until it is over. */
export function habitDays(
  { rule, anchor, done }: HabitDays,
  { from, today }: { readonly from: string; readonly today: string },
): Habit['days'] {
  const parts = parseRule(rule)
  if (parts === undefined) return []
  const first = Temporal.PlainDate.from(anchor)
  const days: Habit['days'] = []
  let after = Temporal.PlainDate.from(from > anchor ? from : anchor).subtract({ days: 1 })
  for (;;) {
    const next = nextDay(parts, first, after)
    const day = next?.toString()
    if (next === undefined || day === undefined || day > today) return days
    days.push({ day, state: done.has(day) ? 'kept' : day === today ? 'open' : 'missed' })
    after = next
  }
}

/** Counted from the last day that is over. */
export function streakOf(days: Habit['days']): number {
  const over = days.filter(({ state }) => state !== 'open')
  const missed = over.findLastIndex(({ state }) => state === 'missed')
  return over.length - 1 - missed
}

/** The caller's habits that are still open, over some days up to today. Todoist keeps no dates of what repeats there. */
export async function readHabits(ctx: Context, dayCount: number, timeZone: string): Promise<Habit[]> {
  const own = ownView(ctx)
  const today = dayIn(timeZone, ctx.now)
  const from = addDays(today, 1 - dayCount)
  const isOpen = inArray(tasks.status, ['open', 'in_progress'])
  const isDone = and(eq(tasks.status, 'done'), gte(tasks.completedAt, startOfDay(from, timeZone)))
  const rows = await ctx.db
    .select()
    .from(tasks)
    .where(and(visibleTo(own, tasks), isNull(tasks.trashedAt), isNotNull(tasks.repeat), or(isOpen, isDone)))
    .orderBy(asc(tasks.id))
    .limit(ROWS_MAX)
  const series = groupBy(rows, seriesOf)
  return [...series.values()].flatMap((turns) => {
    const open = turns.find(({ status }) => status !== 'done')
    const anchor = turns.flatMap(({ dueDate }) => dueDate ?? []).toSorted()[0]
    if (open?.repeat == null || anchor === undefined) return []
    const done = turns.flatMap(({ status, completedAt, dueDate }) =>
      status === 'done'
        ? [dueDate ?? '', ...(completedAt === null ? [] : [dayIn(timeZone, completedAt)])]
        : [],
    )
    const days = habitDays({ rule: open.repeat, anchor, done: new Set(done) }, { from, today })
    const count = (wanted: Habit['days'][number]['state']) =>
      days.filter(({ state }) => state === wanted).length
    return {
      ...{ ref: taskRef(open), title: open.title, kept: count('kept'), missed: count('missed') },
      ...{ streak: streakOf(days), days },
    }
  })
}
