/** The outcomes of a week as people see them: with the tasks that serve each. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { matchesOutcome } from '../planning/score.ts'
import { addDays, dayIn, isDay } from '../time/calendar.ts'
import { readDoneWork, readOpenWork } from '../work/read-work.ts'
import { readOutcomes } from './outcomes.ts'
import { startOfDay } from './plan-day.ts'
import { weekOf } from './weeks.ts'

export const Outcome = z.object({
  number: z.int(),
  text: z.string(),
  achievedAt: z.string().nullable(),
  open: z.int().describe('Open tasks that serve it'),
  done: z.int().describe('Tasks that serve it and were completed that week'),
})
export type Outcome = z.output<typeof Outcome>

const DAY_CHARS = 10

export const WeekField = z
  .union([
    z.enum(['this', 'next', 'last']),
    z.string().max(DAY_CHARS).refine(isDay, 'must be a day such as 2026-11-30'),
  ])
  .default('this')
  .describe('this, next, last, or a day of the week')

/** The Monday of the week that is meant. */
export async function weekFrom(ctx: Context, week: string): Promise<string> {
  const today = dayIn(await personTimeZone(ctx), ctx.now)
  switch (week) {
    case 'this':
      return weekOf(today)
    case 'next':
      return weekOf(addDays(today, 7))
    case 'last':
      return weekOf(addDays(today, -7))
    default:
      return weekOf(week)
  }
}

export async function withWork(ctx: Context, week: string): Promise<Outcome[]> {
  const rows = await readOutcomes(ctx, week)
  if (rows.length === 0) return []
  const timeZone = await personTimeZone(ctx)
  const open = await readOpenWork(ctx)
  const span = { from: startOfDay(week, timeZone), until: startOfDay(addDays(week, 7), timeZone) }
  const done = await readDoneWork(ctx, span)
  return rows.map(({ number, text, achievedAt }) => ({
    ...{ number, text, achievedAt: achievedAt?.toISOString() ?? null },
    open: open.filter((task) => matchesOutcome(task, text)).length,
    done: done.filter((task) => matchesOutcome(task, text)).length,
  }))
}

export function outcomeLine({ number, text, achievedAt, open, done }: Outcome): string {
  return `${number}. ${achievedAt === null ? '[ ]' : '[x]'} ${text} (${open} open, ${done} done)`
}
