/** A schedule as everybody may see it. */
import { z } from 'zod'
import type { Description } from '../../core/operation/description.ts'
import { idOrRef, refOf } from '../../core/operation/kind.ts'
import { cutText } from '../../core/text/cut.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { redact } from '../../core/text/redact.ts'
import { RunTemplate } from '../runs/run-start.ts'
import { teamOf } from '../teams/space.ts'
import { scheduleKind } from './schedule-kind.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { callFault, START } from './scheduled-call.ts'
import { CatchUp, timingFault } from './timing.ts'

export const ScheduleId = idOrRef(scheduleKind)

/** The most schedules of one person or team. */
export const SCHEDULES_PER_OWNER = 200

const moment = z.iso.datetime()

export const Schedule = z.object({
  id: z.string(),
  ref: z.string(),
  teamId: z.string().nullable().describe('The team that it belongs to; null: a person'),
  operation: z.string().describe('What it calls'),
  input: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Without secrets; null when you may not read it'),
  agent: z.string().nullable().describe('Of a schedule that starts runs, as the fields up to budget'),
  goal: z.string().nullable(),
  priority: RunTemplate.shape.priority.unwrap().nullable(),
  projectId: z.string().nullable(),
  workspace: z.string().nullable(),
  budget: RunTemplate.shape.budget.unwrap().nullable(),
  cron: z.string(),
  timeZone: z.string(),
  catchUp: CatchUp.nullable(),
  paused: z.boolean(),
  notify: z.boolean().describe('Whether its owner is notified of each answer'),
  fault: z
    .string()
    .nullable()
    .describe('Why it cannot be read and never fires, for example because another version wrote it'),
  nextAt: moment.nullable().describe('null while it is paused or cannot be read'),
  lastDueAt: moment.nullable(),
  lastRunId: z.string().nullable(),
  lastOutcome: z.string().nullable().describe('The answer to its last call, in words'),
  lastProblem: z.string().nullable().describe('Why the last call failed, or was missed'),
  approvedBy: z.string().nullable().describe('The person who approved a call that cannot be undone'),
  approvedAt: moment.nullable(),
  createdAt: moment,
})
export type Schedule = z.output<typeof Schedule>

type Known = { readonly operations: readonly Description[] }

/** `withheld` is shown in place of the goal and the outcome, and there is no input then. */
export function toSchedule({ operations }: Known, row: ScheduleRow, withheld?: string): Schedule {
  const { agent, goal, priority, projectId, workspace, budget } = startFields(row)
  const fault = faultOf(row, operations)
  return {
    id: row.id,
    ref: refOf(scheduleKind, row.number),
    teamId: teamOf(row.spaceId),
    operation: row.operation,
    input: withheld === undefined ? shownInput(row.input) : null,
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
    notify: row.notify,
    fault: fault ?? null,
    nextAt: row.paused || fault !== undefined ? null : row.nextAt.toISOString(),
    lastDueAt: row.lastDueAt?.toISOString() ?? null,
    lastRunId: row.lastRunId,
    lastOutcome: row.lastOutcome && (withheld ?? row.lastOutcome),
    lastProblem: row.lastProblem,
    approvedBy: row.approvedBy,
    approvedAt: row.approvedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}

function shownInput(input: unknown): Record<string, unknown> | null {
  const shown = inStoredOrder(redact(input))
  return isJsonObject(shown) ? shown : null
}

/** With fields in the order of PostgreSQL's jsonb, so that a stored answer is the same text as the first one. */
function inStoredOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inStoredOrder)
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value).map(([name, field]) => [name, inStoredOrder(field)] as const)
  return Object.fromEntries(fields.sort(([one], [other]) => compareNames(one, other)))
}

/** Shorter names first. */
function compareNames(one: string, other: string): number {
  return (
    Buffer.byteLength(one) - Buffer.byteLength(other) || Buffer.compare(Buffer.from(one), Buffer.from(other))
  )
}

/** The slug of the agent that a schedule starts; undefined if it starts none, or cannot be read. */
export function startedAgent(row: Pick<ScheduleRow, 'operation' | 'input'>): string | undefined {
  return startFields(row).agent
}

/** The readable fields of the run that a schedule starts. */
function startFields({ operation, input }: Pick<ScheduleRow, 'operation' | 'input'>): Partial<RunTemplate> {
  const stored = operation === START && isJsonObject(input) ? input : {}
  const read = Object.entries(RunTemplate.shape).map(([field, schema]) => [
    field,
    schema.safeParse(stored[field]).data,
  ])
  return operation === START ? Object.fromEntries(read) : {}
}

/** Why a stored schedule cannot be read and so never fires; undefined: it can be read. */
export function faultOf(
  row: Pick<ScheduleRow, 'operation' | 'input' | 'cron' | 'timeZone' | 'catchUp'>,
  operations: readonly Description[],
): string | undefined {
  const fault = callFault(row, operations)
  if (fault !== undefined) return fault
  if (!CatchUp.safeParse(row.catchUp).success) {
    return `The stored rule for missed moments cannot be read: "${row.catchUp}".`
  }
  return timingFault(row)
}

export function scheduleLine(schedule: Schedule): string {
  const { ref, cron, timeZone, fault, paused, nextAt, lastProblem } = schedule
  const next = paused ? 'paused' : `next ${nextAt}`
  const state = fault === null ? next : `never fires: ${fault} ${FAULT_FIX}`
  const problem = lastProblem === null ? '' : `; last call failed: ${lastProblem}`
  return `${ref} ${calledText(schedule)} (${cron} ${timeZone}), ${state}${problem}`
}

export const FAULT_FIX = 'Set it again with schedules.update, or delete it with schedules.delete.'

const CALLED_SHOWN_CHARS = 80

/** What it calls, in short: the agent and its goal, or the operation and its input. */
export function calledText({ operation, input, agent, goal }: Schedule): string {
  if (operation === START) return `${agent ?? 'no agent'}: ${short(goal ?? 'no goal')}`
  return input === null ? operation : `${operation} ${short(JSON.stringify(input))}`
}

function short(text: string): string {
  return cutText(text.replace(/\s+/g, ' '), CALLED_SHOWN_CHARS, '…')
}

export function scheduleUri(scheduleId: string): string {
  return `schedule://${scheduleId}`
}
