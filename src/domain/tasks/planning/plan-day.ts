/** A person's day on one page: FlowCoach's morning brief and planner. */
import { and, eq, gte, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { personTimeZone } from '../../access/people.ts'
import { ownView, visibleTo } from '../../access/visible-to.ts'
import { startOfDay } from '../../time/calendar.ts'
import { isDueToday, isOverdue, localDate } from '../../time/due.ts'
import { tasks } from '../tables.ts'
import type { Task } from '../task.ts'
import { openCandidates } from './candidates.ts'
import { type RankedTask, topTasks } from './rank-tasks.ts'

/** The most tasks in each part of the plan. FlowCoach's rule. */
const PART_MAX = 15
const TOP = 3

export interface DayPlan {
  readonly date: string
  readonly timeZone: string
  readonly top: RankedTask[]
  readonly overdue: Task[]
  readonly today: Task[]
  readonly undated: Task[]
  readonly doneToday: number
  /** Minutes of work that are overdue or due today, and how many of those tasks have no estimate. */
  readonly load: { readonly minutes: number; readonly unestimated: number }
}

export async function planDay(ctx: Context, outcomes: readonly string[]): Promise<DayPlan> {
  const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
  const open = await openCandidates(ctx)
  const overdue = open.filter((task) => task.due !== null && isOverdue(task.due, moment))
  const today = open.filter(
    (task) => task.due !== null && !isOverdue(task.due, moment) && isDueToday(task.due, moment),
  )
  const undated = open.filter((task) => task.due === null && task.priority === 1)
  return {
    date: localDate(moment),
    timeZone: moment.timeZone,
    top: topTasks(open, outcomes, moment).slice(0, TOP),
    overdue: overdue.slice(0, PART_MAX),
    today: today.slice(0, PART_MAX),
    undated: undated.slice(0, PART_MAX),
    load: loadOf([...overdue, ...today]),
    doneToday: await countDoneSince(ctx, startOfDay(localDate(moment), moment.timeZone)),
  }
}

function loadOf(tasks: readonly Task[]): DayPlan['load'] {
  const estimates = tasks.flatMap(({ minutes }) => minutes ?? [])
  const minutes = estimates.reduce((sum, each) => sum + each, 0)
  return { minutes, unestimated: tasks.length - estimates.length }
}

async function countDoneSince(ctx: Context, since: Date): Promise<number> {
  const [row] = await ctx.db
    .select({ count: sql<number>`count(*)`.mapWith(Number) })
    .from(tasks)
    .where(and(visibleTo(ownView(ctx), tasks), eq(tasks.status, 'done'), gte(tasks.completedAt, since)))
  return row?.count ?? 0
}
