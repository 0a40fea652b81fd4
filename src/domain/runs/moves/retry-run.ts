/** Retries a run that failed or was cancelled, from its last good step. */
import { and, asc, eq, inArray } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Actor } from '../../../core/operation/actor.ts'
import type { Context } from '../../../core/operation/context.ts'
import { assertStoredRoom } from '../../limits/stored-room.ts'
import { queueRun } from '../queue-run.ts'
import { assertRoom } from '../quota.ts'
import { type RunRow, runRef } from '../run.ts'
import type { RunBudget } from '../run-start.ts'
import { hasEnded } from '../states.ts'
import type { StepRow } from '../steps/steps.ts'
import { endToolStep } from '../steps/tool-steps.ts'
import { approvals, runSteps, runs } from '../tables.ts'
import { getOwnRun, lockRunToTell } from '../views/store.ts'
import { moveRun, stateEvent, type Writes } from '../writes.ts'
import type { Controlled } from './control-run.ts'
import { childOutcome } from './end-run.ts'
import { assertStays, holdPlace } from './place-run.ts'
import { budgetChange } from './raise-budget.ts'

const MINUTE_MS = 60_000

/**
 * From then on the run acts for the caller with the caller's key, because its own may be the reason why it failed, and
 * never with more scopes than before.
 * @throws AppError `not_found`; `forbidden` for a caller who lacks scopes that it acts with; `conflict` for a run that
 * succeeded, or that another run delegated, or whose project moves, or when too much is stored for its owner;
 * `invalid_input` for a budget that is not larger; `rate_limited` for a caller with too many open runs
 */
export async function retryRun(
  ctx: Context,
  runId: string,
  budget: RunBudget | undefined,
): Promise<Controlled> {
  const project = await holdPlace(ctx, await getOwnRun(ctx, runId))
  const run = await lockRunToTell(ctx, runId)
  assertRetryable(run)
  if (!hasEnded(run.state)) return { run, changed: false }
  assertStays(project)
  await assertRoom(ctx)
  await assertStoredRoom(ctx, run.ownerId)
  const caps = budgetChange(run, budget)
  await settleWaiting(ctx, run)
  const retried = await moveRun(ctx, {
    where: and(eq(runs.id, runId), inArray(runs.state, ['failed', 'cancelled'])),
    set: {
      ...{ ...AFRESH, ...caps, agent: withFreshLimits(run), startAfter: ctx.now },
      ...{ starter: withKeyOf(run, ctx.actor), personId: ctx.actor.personId },
    },
    events: [stateEvent('queued', 'retried')],
  })
  if (retried === undefined) throw new Error(`${runId} moved under its lock`)
  queueRun(ctx, retried)
  return { run: retried, changed: true }
}

/** A starter who is the caller's person stays; the key that the run acts with is the caller's. */
function withKeyOf({ starter, personId }: RunRow, caller: Actor): Actor {
  const { kind, id, scopes } = starter
  return caller.personId === personId ? { ...caller, kind, id, scopes } : { ...caller, scopes }
}

const AFRESH = {
  state: 'queued',
  reason: 'retried',
  detail: null,
  verdict: null,
  summary: null,
  output: null,
  finishedAt: null,
  resumeAt: null,
  cancelAskedAt: null,
  cancelAskedBy: null,
  pauseAskedAt: null,
  losses: 0,
} as const

function assertRetryable(run: RunRow): void {
  if (run.state === 'succeeded') {
    throw new AppError('conflict', `${runRef(run)} succeeded: there is nothing to retry.`, {
      fix: 'Start a new run.',
    })
  }
  if (run.parentId !== null && hasEnded(run.state)) {
    throw new AppError(
      'conflict',
      `${run.id} was delegated by ${run.parentId}, which already has its result.`,
      {
        fix: `Retry ${run.rootId}, or start a new run.`,
      },
    )
  }
}

/** A limit that ran out is granted once more; otherwise the run would end again at once. */
function withFreshLimits({ agent, reason, modelSteps, activeMs }: RunRow): RunRow['agent'] {
  const { limits } = agent
  if (reason === 'steps_exceeded') {
    return { ...agent, limits: { ...limits, steps: modelSteps + limits.steps } }
  }
  if (reason === 'time_exceeded') {
    return { ...agent, limits: { ...limits, minutes: Math.ceil(activeMs / MINUTE_MS) + limits.minutes } }
  }
  return agent
}

/** Calls that waited when the run ended: what they waited for was withdrawn, or has arrived unnoticed. */
async function settleWaiting(writes: Writes, run: RunRow): Promise<void> {
  const waiting = await writes.db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), eq(runSteps.state, 'waiting')))
    .orderBy(asc(runSteps.number))
  for (const step of waiting) {
    if (await wasAsked(writes, step)) await refuse(writes, run, step)
    else await catchUpWithChild(writes, run, step)
  }
}

async function wasAsked({ db }: Writes, step: StepRow): Promise<boolean> {
  const asked = await db.select({ id: approvals.id }).from(approvals).where(eq(approvals.stepId, step.id))
  return asked.length > 0
}

async function refuse(writes: Writes, run: RunRow, step: StepRow): Promise<void> {
  const text = 'The run ended before this was decided, so it was not done. Ask again if it is still needed.'
  const result = { text, isError: true, isTrusted: true }
  await endToolStep(writes, run, { stepId: step.id, state: 'failed', result })
}

/** A delegated run does not report to a parent that has ended. */
async function catchUpWithChild(writes: Writes, run: RunRow, step: StepRow): Promise<void> {
  const [child] = await writes.db
    .select()
    .from(runs)
    .where(and(eq(runs.parentId, run.id), eq(runs.parentStepId, step.id)))
  const outcome = child && hasEnded(child.state) ? childOutcome(child) : undefined
  if (outcome) await endToolStep(writes, run, outcome)
}
