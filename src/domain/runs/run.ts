/** A run as callers see it. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { ACTOR_KINDS, type Actor } from '../../core/operation/actor.ts'
import { idOrRef, refOf } from '../../core/operation/kind.ts'
import { counted } from '../../core/text/counts.ts'
import { costText, toUsd } from '../money.ts'
import { teamOf } from '../teams/space.ts'
import { withheldFrom } from './bounds.ts'
import { runKind } from './run-kind.ts'
import { hasEnded, RUN_PRIORITIES, RUN_STATES } from './states.ts'
import type { runs } from './tables.ts'

export const RunId = idOrRef(runKind)
export type RunRow = typeof runs.$inferSelect

export const RUN_VERDICTS = ['complete', 'partial', 'incomplete', 'failed'] as const

const moment = z.iso.datetime()

export const Run = z.object({
  id: z.string(),
  ref: z.string(),
  teamId: z.string().nullable().describe('The team that it belongs to; null: a person'),
  agent: z.string(),
  goal: z.string(),
  state: z.enum(RUN_STATES),
  reason: z.string().nullable().describe('Why it is in this state, as a code'),
  detail: z.string().nullable().describe('The reason in words'),
  ended: z.boolean(),
  cancelAsked: z.boolean().describe('A cancel was requested'),
  phase: z.string().nullable(),
  priority: z.enum(RUN_PRIORITIES),
  parentId: z.string().nullable(),
  rootId: z.string(),
  projectId: z.string().nullable(),
  workspace: z.string().nullable(),
  steps: z.int().describe('Calls of the model so far'),
  lastEvent: z.int().describe('Position of its last event'),
  tokens: z.int().describe('In and out, of this run alone'),
  costUsd: z.number().nullable().describe('Of this run alone; null: the price of a model is unknown'),
  treeTokens: z.int().describe('Including everything that it delegated'),
  treeCostUsd: z.number().nullable(),
  budgetUsd: z.number().nullable(),
  budgetTokens: z.int().nullable(),
  verdict: z.enum(RUN_VERDICTS).nullable(),
  summary: z.string().nullable(),
  scheduleId: z.string().nullable(),
  startedBy: z
    .object({ kind: z.enum(ACTOR_KINDS), id: z.string(), door: z.string() })
    .describe('The starter, and the door; an agent is named by its run'),
  createdAt: moment,
  startAfter: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  updatedAt: moment,
  durationMs: z.int().nullable().describe('From its start to its end'),
})
export type Run = z.output<typeof Run>

/** A run as a reader sees it: without its contents if they could not read them elsewhere. */
export function toRun(row: RunRow, reader: Pick<Actor, 'scopes'>): Run {
  const withheld = withheldFrom(reader, row)
  return {
    id: row.id,
    ref: runRef(row),
    teamId: teamOf(row.ownerId),
    agent: row.agentSlug,
    goal: withheld ?? row.goal,
    state: row.state,
    reason: row.reason,
    detail: row.detail && (withheld ?? row.detail),
    ended: hasEnded(row.state),
    cancelAsked: row.cancelAskedAt !== null && !hasEnded(row.state),
    phase: row.phase,
    priority: row.priority,
    parentId: row.parentId,
    rootId: row.rootId,
    projectId: row.projectId,
    workspace: row.workspace,
    steps: row.modelSteps,
    lastEvent: row.lastEvent,
    tokens: row.spentTokens,
    costUsd: row.costKnown ? toUsd(row.spentUsdMicros) : null,
    treeTokens: row.treeSpentTokens,
    treeCostUsd: row.costKnown ? toUsd(row.treeSpentUsdMicros) : null,
    budgetUsd: row.capUsdMicros === null ? null : toUsd(row.capUsdMicros),
    budgetTokens: row.capTokens,
    verdict: RUN_VERDICTS.find((verdict) => verdict === row.verdict) ?? null,
    summary: row.summary && (withheld ?? row.summary),
    scheduleId: row.scheduleId,
    startedBy: { kind: row.starter.kind, id: row.starter.id, door: row.door },
    createdAt: row.createdAt.toISOString(),
    startAfter: row.startAfter.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
    durationMs: row.startedAt && row.finishedAt ? row.finishedAt.getTime() - row.startedAt.getTime() : null,
  }
}

/** A run in one line. */
export function runLine(run: Run): string {
  const reason = run.reason === null ? '' : ` (${run.reason})`
  return `${run.ref} ${run.agent}: ${run.state}${reason}, ${counted(run.tokens, 'token')}, ${costText(run.costUsd)}`
}

/** The short reference of a run: `R-7`. */
export function runRef({ number }: Pick<RunRow, 'number'>): string {
  return refOf(runKind, number)
}

/** The refusal of what would go on with a run that somebody cancels. */
export function isBeingCancelled(run: Pick<RunRow, 'number'>): AppError {
  return new AppError('conflict', `${runRef(run)} is being cancelled.`, {
    fix: 'Start a new run, or retry this one with runs.retry once it has ended.',
  })
}

/** The URI that `changed` reports for a run. */
export function runUri(runId: string): string {
  return `run://${runId}`
}
