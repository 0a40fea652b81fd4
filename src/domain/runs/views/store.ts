/** Runs as those who see them read them: one, a page of them, and what one waits for. */
import { and, asc, eq, inArray, notInArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { editableBy, mayOnlyRead, readNewest, visibleTo } from '../../access/visible-to.ts'
import { lockSeen } from '../../db/lock-seen.ts'
import { approvalKind } from '../approvals/approval-kind.ts'
import { listDecidable, listOpenApprovals } from '../approvals/approvals.ts'
import { questionOf } from '../approvals/questions.ts'
import { assertMayTell, withheldFrom } from '../bounds.ts'
import { type RunRow, runRef, runUri } from '../run.ts'
import { runKind } from '../run-kind.ts'
import { ENDED_STATES, hasEnded, RUN_STATES, type RunReason, type RunState } from '../states.ts'
import { runSteps, runs } from '../tables.ts'

type Reader = Pick<Context, 'db' | 'actor'>
type Changer = Reader & Pick<Context, 'touched'>

/** The most things of one kind that a run's answer lists as awaited. */
const WAITING_MAX = 100

/** What a run waits for, with the ids that let it continue. */
export const WaitingFor = z.object({
  approvals: z.array(
    z.object({
      ...{ id: z.string(), ref: z.string() },
      mayDecide: z.boolean().describe('Whether you may; else others do'),
      operation: z.string(),
      why: z.string(),
      expiresAt: z.iso.datetime(),
    }),
  ),
  questions: z.array(z.object({ stepId: z.string(), question: z.string() })),
  children: z.array(
    z.object({
      runId: z.string(),
      ref: z.string(),
      agent: z.string(),
      state: z.enum(RUN_STATES),
      reason: z.string().nullable(),
    }),
  ),
  unknownSteps: z
    .array(z.object({ stepId: z.string(), operation: z.string().nullable() }))
    .describe('It is unknown whether these happened: settle them with runs.settle_step'),
})
export type WaitingFor = z.output<typeof WaitingFor>

/** @throws AppError `not_found`, also for a run that the caller does not see */
export async function getRun(ctx: Reader, runId: string): Promise<RunRow> {
  const [run] = await ctx.db.select().from(runs).where(isSeen(ctx, runId))
  if (run === undefined) throw notFound('run', runId)
  return run
}

/** The end of a run's log, read separately, because watchers ask for it all the time, and a whole run is long. */
export async function getLogEnd(
  ctx: Reader,
  runId: string,
): Promise<Pick<RunRow, 'state' | 'lastEvent' | 'contentScopes'>> {
  const [run] = await ctx.db
    .select({ state: runs.state, lastEvent: runs.lastEvent, contentScopes: runs.contentScopes })
    .from(runs)
    .where(isSeen(ctx, runId))
  if (run === undefined) throw notFound('run', runId)
  return run
}

/**
 * A run that the caller may change. The audit of its owner shows the call.
 * @throws AppError `not_found`, also for a run that the caller does not see; `forbidden` for one that they may only read
 */
export async function getOwnRun(ctx: Changer, runId: string): Promise<RunRow> {
  return changeable(ctx, runId, await selectOwn(ctx, runId))
}

/** The same, locked until the transaction ends. */
export async function lockOwnRun(ctx: Changer, runId: string): Promise<RunRow> {
  return changeable(ctx, runId, await lockSeen(() => selectOwn(ctx, runId), 'update'))
}

/**
 * The same for a caller who directs it.
 * @throws AppError `not_found`; `forbidden`, also for a caller who lacks scopes that it acts with
 */
export async function lockRunToTell(ctx: Changer, runId: string): Promise<RunRow> {
  const run = await lockOwnRun(ctx, runId)
  assertMayTell(ctx.actor, run)
  return run
}

function selectOwn(ctx: Reader, runId: string) {
  return ctx.db
    .select({ run: runs, mayChange: sql<boolean>`(${editableBy(ctx, runs)})` })
    .from(runs)
    .where(isSeen(ctx, runId))
}

type Found = Awaited<ReturnType<typeof selectOwn>>

function changeable({ touched }: Changer, runId: string, [found]: Found): RunRow {
  if (found === undefined) throw notFound('run', runId)
  const { run, mayChange } = found
  if (!mayChange) throw mayOnlyRead(`run ${runRef(run)}`)
  touched(runUri(run.id), run.ownerId)
  return run
}

function isSeen(ctx: Pick<Context, 'actor'>, runId: string) {
  return and(eq(runs.id, runId), visibleTo(ctx, runs))
}

interface RunsQuery {
  readonly state?: RunState | undefined
  readonly ended?: boolean | undefined
  readonly agent?: string | undefined
  readonly projectId?: string | undefined
  readonly parentId?: string | undefined
  readonly scheduleId?: string | undefined
  readonly waitingFor?: RunReason | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A page, newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function listRuns(ctx: Reader, query: RunsQuery) {
  const { state, ended, agent, projectId, parentId, scheduleId, waitingFor: reason, ...page } = query
  const isWanted = and(
    state && eq(runs.state, state),
    ended === undefined ? undefined : (ended ? inArray : notInArray)(runs.state, [...ENDED_STATES]),
    agent === undefined ? undefined : eq(runs.agentSlug, agent),
    projectId === undefined ? undefined : eq(runs.projectId, projectId),
    parentId === undefined ? undefined : eq(runs.parentId, parentId),
    scheduleId === undefined ? undefined : eq(runs.scheduleId, scheduleId),
    reason && and(eq(runs.state, 'waiting'), eq(runs.reason, reason)),
  )
  return await readNewest(ctx, runs, { space: runs.spaceId, isWanted, ...page })
}

const NOTHING: WaitingFor = { approvals: [], questions: [], children: [], unknownSteps: [] }

/** What keeps a run from continuing; empty for one that has ended. */
export async function waitingFor(ctx: Reader, run: RunRow): Promise<WaitingFor> {
  if (hasEnded(run.state)) return NOTHING
  const { db, actor } = ctx
  const withheld = withheldFrom(actor, run)
  const approvals = await listOpenApprovals(db, run.id)
  const decidable = approvals.length === 0 ? [] : await listDecidable(ctx, run.id)
  const steps = await db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), inArray(runSteps.state, ['waiting', 'unknown'])))
    .orderBy(asc(runSteps.number))
    .limit(WAITING_MAX)
  // Delegated runs are in the space of the run.
  const children = await db
    .select({
      runId: runs.id,
      number: runs.number,
      agent: runs.agentSlug,
      state: runs.state,
      reason: runs.reason,
    })
    .from(runs)
    .where(and(eq(runs.parentId, run.id), notInArray(runs.state, [...ENDED_STATES])))
    .orderBy(asc(runs.id))
    .limit(WAITING_MAX)
  return {
    approvals: approvals.map(({ id, number, operation, why, expiresAt }) => ({
      id,
      ref: refOf(approvalKind, number),
      mayDecide: decidable.includes(id),
      operation,
      why,
      expiresAt: expiresAt.toISOString(),
    })),
    questions: steps.flatMap((step) => {
      const question = questionOf(step)
      return question === undefined ? [] : [{ stepId: step.id, question: withheld ?? question }]
    }),
    children: children.map(({ number, ...child }) => ({ ...child, ref: refOf(runKind, number) })),
    unknownSteps: steps
      .filter(({ state }) => state === 'unknown')
      .map(({ id, operation }) => ({ stepId: id, operation })),
  }
}

/** What a run waits for, a line each. */
export function waitingLines({ approvals, questions, children, unknownSteps }: WaitingFor): string[] {
  return [
    ...approvals.map(
      ({ ref, operation, why, expiresAt }) =>
        `Waits for approval ${ref}: ${operation}, since ${why} (until ${expiresAt})`,
    ),
    ...questions.map(({ stepId, question }) => `Asks (${stepId}): ${question}`),
    ...children.map(
      ({ ref, agent, state, reason }) =>
        `Delegated: ${ref} ${agent}: ${state}${reason === null ? '' : ` (${reason})`}`,
    ),
    ...unknownSteps.map(({ stepId, operation }) =>
      `Unknown whether it happened: ${stepId} ${operation ?? ''}`.trimEnd(),
    ),
  ]
}
