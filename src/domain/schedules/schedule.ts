/** A schedule as everybody may see it, and the rule for which moment it fires. */
import { z } from 'zod'
import { sentence } from '../../core/call/input.ts'
import { AppError } from '../../core/errors.ts'
import { idOrRef, refOf } from '../../core/operation/kind.ts'
import { issuesIn } from '../../core/schema/issue-words.ts'
import { cutText } from '../../core/text/cut.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { RunTemplate } from '../runs/run-start.ts'
import { teamOf } from '../teams/space.ts'
import type { Moment } from '../time/clock.ts'
import { isUnread, type Unread, unreadSentence } from '../time/unread.ts'
import { isTimeZone } from '../time/zones/time-zone.ts'
import { isCronText, readCronText } from './cron.ts'
import { isCron, nextDue } from './next-due.ts'
import { scheduleKind } from './schedule-kind.ts'
import { schedules } from './tables.ts'
import { readWhen, WHEN_EXAMPLES } from './words.ts'

export const ScheduleId = idOrRef(scheduleKind)
export type ScheduleRow = typeof schedules.$inferSelect

/** The most schedules of one person or team. */
export const SCHEDULES_PER_OWNER = 200

/** Milliseconds after which a moment counts as missed: ten minutes, longer than a restart takes. */
export const GRACE_MS = 10 * 60 * 1000

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
  .describe('Moments missed by more than 10 minutes: skip them, or run once for the latest')

const moment = z.iso.datetime()

export const Schedule = z.object({
  id: z.string(),
  ref: z.string(),
  teamId: z.string().nullable().describe('The team that it belongs to; null: a person'),
  agent: z.string().nullable(),
  goal: z.string().nullable(),
  priority: RunTemplate.shape.priority.unwrap().nullable(),
  projectId: z.string().nullable(),
  workspace: z.string().nullable(),
  budget: RunTemplate.shape.budget.unwrap().nullable(),
  cron: z.string(),
  timeZone: z.string(),
  catchUp: CatchUp.nullable(),
  paused: z.boolean(),
  fault: z
    .string()
    .nullable()
    .describe('Why it cannot be read and never fires, for example because another version wrote it'),
  nextAt: moment.nullable().describe('null while it is paused or cannot be read'),
  lastDueAt: moment.nullable(),
  lastRunId: z.string().nullable(),
  lastProblem: z.string().nullable().describe('Why the last start failed, or was missed'),
  createdAt: moment,
})
export type Schedule = z.output<typeof Schedule>

/** `withheld` is shown in place of the goal. */
export function toSchedule(row: ScheduleRow, withheld?: string): Schedule {
  const { agent, goal, priority, projectId, workspace, budget } = readableFields(row.start)
  const fault = faultOf(row)
  return {
    id: row.id,
    ref: refOf(scheduleKind, row.number),
    teamId: teamOf(row.spaceId),
    agent: agent ?? null,
    goal: goal === undefined ? null : (withheld ?? goal),
    priority: priority ?? null,
    projectId: projectId ?? null,
    workspace: workspace ?? null,
    budget: budget ?? null,
    cron: row.cron,
    timeZone: row.timeZone,
    catchUp: CatchUp.safeParse(row.catchUp).data ?? null,
    paused: row.paused,
    fault: fault ?? null,
    nextAt: row.paused || fault !== undefined ? null : row.nextAt.toISOString(),
    lastDueAt: row.lastDueAt?.toISOString() ?? null,
    lastRunId: row.lastRunId,
    lastProblem: row.lastProblem,
    createdAt: row.createdAt.toISOString(),
  }
}

/** The slug of the agent that a schedule starts; undefined if it cannot be read. */
export function startedAgent({ start }: Pick<ScheduleRow, 'start'>): string | undefined {
  return readableFields(start).agent
}

/** The readable fields of a start. */
function readableFields(start: unknown): Partial<RunTemplate> {
  const stored = isJsonObject(start) ? start : {}
  const read = Object.entries(RunTemplate.shape).map(([field, schema]) => [
    field,
    schema.safeParse(stored[field]).data,
  ])
  return Object.fromEntries(read)
}

/** Why a stored schedule cannot be read and so never fires; undefined: it can be read. */
export function faultOf(
  row: Pick<ScheduleRow, 'start' | 'cron' | 'timeZone' | 'catchUp'>,
): string | undefined {
  const start = RunTemplate.safeParse(row.start)
  if (!start.success) return `What it starts cannot be read: ${sentence(issuesIn(start.error))}`
  if (!CatchUp.safeParse(row.catchUp).success) {
    return `The stored rule for missed moments cannot be read: "${row.catchUp}".`
  }
  return timingFault(row)
}

/** Why a stored schedule's timing is not valid; undefined: it is valid. */
export function timingFault({ cron, timeZone }: Pick<ScheduleRow, 'cron' | 'timeZone'>): string | undefined {
  if (!isCronText(cron) || typeof readCronText(cron) !== 'string' || !isCron(cron))
    return `When it fires cannot be read: "${cron}" is not a valid cron expression.`
  return isTimeZone(timeZone) ? undefined : `There is no time zone "${timeZone}" here.`
}

export function scheduleLine(schedule: Schedule): string {
  const { ref, agent, goal, cron, timeZone, fault, paused, nextAt, lastProblem } = schedule
  const next = paused ? 'paused' : `next ${nextAt}`
  const state = fault === null ? next : `never fires: ${fault} ${FAULT_FIX}`
  const problem = lastProblem === null ? '' : `; last start failed: ${lastProblem}`
  return `${ref} ${agent ?? 'no agent'}: ${shortGoal(goal ?? 'no goal')} (${cron} ${timeZone}), ${state}${problem}`
}

export const FAULT_FIX = 'Set it again with schedules.update, or delete it with schedules.delete.'

const GOAL_SHOWN_CHARS = 80

function shortGoal(goal: string): string {
  return cutText(goal.replace(/\s+/g, ' '), GOAL_SHOWN_CHARS, '…')
}

export function scheduleUri(scheduleId: string): string {
  return `schedule://${scheduleId}`
}

/**
 * The start of a run.
 * @throws AppError `invalid_input` for one that another version wrote and this one does not know.
 */
export function readStart(row: Pick<ScheduleRow, 'start'>): RunTemplate {
  const read = RunTemplate.safeParse(row.start)
  if (read.success) return read.data
  const issues = issuesIn(read.error)
  throw new AppError('invalid_input', `What this schedule starts cannot be read: ${sentence(issues)}`, {
    fix: FAULT_FIX,
    issues,
  })
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
