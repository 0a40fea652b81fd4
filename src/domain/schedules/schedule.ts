/** A schedule as everybody sees it, and the rule of which moment it fires for. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { idOf } from '../../core/ids.ts'
import { RunTemplate } from '../runs/run-start.ts'
import { nextDue } from './next-due.ts'
import { schedules } from './tables.ts'
import { readWhen, WHEN_EXAMPLES } from './words.ts'

export const ScheduleId = idOf('schedule')
export type ScheduleRow = typeof schedules.$inferSelect

/** Schedules that one person may have. */
export const SCHEDULES_PER_PERSON = 200

/** Milliseconds after which a moment counts as missed: ten minutes, which a restart stays under. */
export const GRACE_MS = 10 * 60 * 1000

const WHEN_MAX_CHARS = 100

export const When = z
  .string()
  .trim()
  .min(1)
  .max(WHEN_MAX_CHARS)
  .describe('every weekday 8:30; hourly; or five fields of cron')
export const CatchUp = z
  .enum(schedules.catchUp.enumValues)
  .describe('What was missed by over 10 minutes: skip it, or run once for the latest')

const moment = z.iso.datetime()

export const Schedule = z.object({
  id: z.string(),
  ...RunTemplate.shape,
  priority: RunTemplate.shape.priority.unwrap(),
  projectId: z.string().nullable(),
  workspace: z.string().nullable(),
  budget: RunTemplate.shape.budget.unwrap().nullable(),
  cron: z.string(),
  timeZone: z.string(),
  catchUp: CatchUp,
  paused: z.boolean(),
  nextAt: moment.nullable().describe('null while it is paused'),
  lastDueAt: moment.nullable(),
  lastRunId: z.string().nullable(),
  lastProblem: z.string().nullable().describe('Why the last start failed, or was missed'),
  createdAt: moment,
})
export type Schedule = z.output<typeof Schedule>

export function toSchedule(row: ScheduleRow): Schedule {
  const { projectId, workspace, budget, ...start } = readStart(row)
  return {
    id: row.id,
    ...start,
    projectId: projectId ?? null,
    workspace: workspace ?? null,
    budget: budget ?? null,
    cron: row.cron,
    timeZone: row.timeZone,
    catchUp: row.catchUp,
    paused: row.paused,
    nextAt: row.paused ? null : row.nextAt.toISOString(),
    lastDueAt: row.lastDueAt?.toISOString() ?? null,
    lastRunId: row.lastRunId,
    lastProblem: row.lastProblem,
    createdAt: row.createdAt.toISOString(),
  }
}

export function scheduleLine(schedule: Schedule): string {
  const { id, agent, goal, cron, timeZone, nextAt, lastProblem } = schedule
  const next = nextAt === null ? 'paused' : `next ${nextAt}`
  const problem = lastProblem === null ? '' : `; last start failed: ${lastProblem}`
  return `${id} ${agent}: ${shortGoal(goal)} (${cron} ${timeZone}), ${next}${problem}`
}

const GOAL_SHOWN_CHARS = 80

function shortGoal(goal: string): string {
  const line = goal.replace(/\s+/g, ' ')
  return line.length <= GOAL_SHOWN_CHARS ? line : `${line.slice(0, GOAL_SHOWN_CHARS - 1).trimEnd()}…`
}

export function scheduleUri(scheduleId: string): string {
  return `schedule://${scheduleId}`
}

/** What it starts. @throws AppError `invalid_input` for what another version wrote and this one does not know. */
export function readStart(row: Pick<ScheduleRow, 'start'>): RunTemplate {
  const read = RunTemplate.safeParse(row.start)
  if (read.success) return read.data
  throw new AppError('invalid_input', 'What this schedule starts is not understood any more.', {
    fix: 'Delete the schedule and create it anew.',
    cause: read.error,
  })
}

/** @throws AppError `invalid_input` for words that are not understood */
export function readCron(when: string): string {
  const cron = readWhen(when)
  if (cron !== undefined) return cron
  throw badWhen(`"${when}" is not understood as a time at which a schedule fires.`)
}

/** @throws AppError `invalid_input` for a cron that is none, or that never comes */
export function nextAfter(timing: Pick<ScheduleRow, 'cron' | 'timeZone'>, after: Date): Date {
  const next = nextDue(timing.cron, timing.timeZone, after)
  if (next !== undefined) return next
  throw badWhen(`The cron "${timing.cron}" is none, or never comes.`)
}

function badWhen(message: string): AppError {
  return new AppError('invalid_input', message, {
    fix: `Say for example: ${WHEN_EXAMPLES}.`,
    issues: [{ path: 'when', message: 'names no time' }],
  })
}
