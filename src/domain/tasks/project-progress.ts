/** The progress of a project, counted from its tasks. */
import { sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { visibleTo } from '../access/visible-to.ts'
import { isBlocked } from './store.ts'
import { tasks } from './tables.ts'

/** The weeks over which velocity is measured. */
const VELOCITY_WEEKS = 3
const DAY_SECONDS = 86_400

export const Progress = z.object({
  total: z.int(),
  open: z.int(),
  inProgress: z.int(),
  done: z.int(),
  cancelled: z.int(),
  overdue: z.int().describe('Unfinished and past due'),
  blocked: z.int().describe('Unfinished and waiting for another task'),
  minutesLeft: z.int().describe('Estimated, of unfinished tasks'),
  completionRate: z.number().nullable().describe('Share of done tasks among those not cancelled, 0 to 1'),
  velocity: z.number().describe(`Tasks done per week, over ${VELOCITY_WEEKS} weeks`),
  leadTimeDays: z.number().nullable().describe('Median time from creation to completion'),
  cycleTimeDays: z.number().nullable().describe('Median time from start to completion'),
})
export type Progress = z.infer<typeof Progress>

/** A task of the project. */
const counted = alias(tasks, 't')

/** Counts the tasks of one project in one statement, leaving out the trash. */
export async function projectProgress(
  ctx: Pick<Context, 'db' | 'actor' | 'now'>,
  projectId: string,
  today: string,
): Promise<Progress> {
  const now = ctx.now.toISOString()
  const unfinished = sql`t.status in ('open', 'in_progress')`
  const overdue = sql`case when t.due_at is null then t.due_date < ${today}::date else t.due_at < ${now}::timestamptz end`
  const since = sql`${now}::timestamptz - interval '${sql.raw(String(VELOCITY_WEEKS))} weeks'`
  const [counts] = await ctx.db.execute<Record<string, unknown>>(sql`
    select count(*)::int as total,
      (count(*) filter (where t.status = 'open'))::int as open,
      (count(*) filter (where t.status = 'in_progress'))::int as "inProgress",
      (count(*) filter (where t.status = 'done'))::int as done,
      (count(*) filter (where t.status = 'cancelled'))::int as cancelled,
      (count(*) filter (where ${unfinished} and ${overdue}))::int as overdue,
      (count(*) filter (where ${unfinished} and ${isBlocked(ctx, counted.id)}))::int as blocked,
      coalesce(sum(t.minutes) filter (where ${unfinished}), 0)::float8 as "minutesLeft",
      (count(*) filter (where t.status = 'done' and t.completed_at > ${since}))::int as "doneLately",
      (percentile_cont(0.5) within group (order by extract(epoch from t.completed_at - t.created_at))
        filter (where t.status = 'done' and t.completed_at is not null))::float8 as "leadSeconds",
      (percentile_cont(0.5) within group (order by extract(epoch from t.completed_at - t.started_at))
        filter (where t.status = 'done' and t.started_at is not null))::float8 as "cycleSeconds"
    from ${tasks} t
    where t.project_id = ${projectId} and ${visibleTo(ctx, { spaceId: counted.spaceId })} and t.trashed_at is null`)
  return toProgress(Counted.parse(counts))
}

const Counted = Progress.omit({
  completionRate: true,
  velocity: true,
  leadTimeDays: true,
  cycleTimeDays: true,
}).extend({
  doneLately: z.int(),
  leadSeconds: z.number().nullable(),
  cycleSeconds: z.number().nullable(),
})

function toProgress({ doneLately, leadSeconds, cycleSeconds, ...counts }: z.infer<typeof Counted>): Progress {
  const counted = counts.total - counts.cancelled
  return {
    ...counts,
    completionRate: counted === 0 ? null : round(counts.done / counted),
    velocity: round(doneLately / VELOCITY_WEEKS),
    leadTimeDays: inDays(leadSeconds),
    cycleTimeDays: inDays(cycleSeconds),
  }
}

function inDays(seconds: number | null): number | null {
  return seconds === null ? null : round(seconds / DAY_SECONDS)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
