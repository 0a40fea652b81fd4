/** Decides an approval once, under its run's lock: a second decision is refused, and says who decided first. */
import { and, eq, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { assertMayTell } from '../bounds.ts'
import { lockRun, wakeRun } from '../hold/wake-run.ts'
import { type RunRow, runUri } from '../run.ts'
import { approvalDecided, runInEvent } from '../run-events.ts'
import { changeStep } from '../steps/steps.ts'
import { approvals, runSteps, runs } from '../tables.ts'
import { approvalKind } from './approval-kind.ts'
import {
  type ApprovalOfRun,
  type ApprovalRow,
  getApproval,
  listOpenApprovals,
  refuseStep,
  tellDecision,
} from './approvals.ts'
import { mayDecide } from './may-decide.ts'

export const DECISIONS = ['approve', 'reject'] as const
type Decision = (typeof DECISIONS)[number]

export interface Deciding {
  readonly approvalId: string
  readonly decision: Decision
  readonly note?: string | undefined
  /** Allow the operation for the rest of the run, including its calls that already wait. */
  readonly always: boolean
}

export interface Decided {
  readonly approval: ApprovalOfRun
  /** False when the same person had made the same decision before. */
  readonly changed: boolean
}

const STATE_OF = { approve: 'approved', reject: 'rejected' } as const

/**
 * A plain rejection gives the run nothing, so everybody whom the approval concerns may make it.
 * @throws AppError `forbidden` for agents, for a starter who may only read it, and for a caller who lacks scopes that the run
 * acts with, `not_found` for people whom it does not concern, `conflict` when it was decided differently or by another person, has expired, or was
 * withdrawn
 */
export async function decideApproval(ctx: Context, deciding: Deciding): Promise<Decided> {
  assertNoAgent(ctx)
  const found = await getApproval(ctx, deciding.approvalId)
  assertMayDecide(found)
  const run = await lockRun(ctx.db, found.runId)
  if (deciding.decision === 'approve' || deciding.note !== undefined) assertMayTell(ctx.actor, run)
  const approval = await getApproval(ctx, deciding.approvalId)
  if (approval.state !== 'pending') return decidedBefore(ctx, approval, deciding.decision)
  assertOpen(ctx, approval, run)
  const decided = await storeDecision(ctx, run, deciding)
  ctx.touched(runUri(run.id), run.ownerId)
  if (deciding.decision === 'approve') {
    await approve(ctx, decided)
    if (deciding.always) await allowAlways(ctx, run, deciding, decided)
    await wakeRun(ctx, run, 'resumed')
  } else await refuseStep(ctx, decided, { by: ctx.actor.personId, text: rejectionText(decided) })
  return { approval: { ...approval, ...decided }, changed: true }
}

function assertMayDecide({ mayDecide, approvers, number }: ApprovalOfRun): void {
  if (mayDecide) return
  throw new AppError('forbidden', `You started this run, and others decide ${refOf(approvalKind, number)}.`, {
    fix: `Ask one of those who may: ${approvers.join(', ')}.`,
  })
}

/** The person behind an agent decides in their own name. */
function assertNoAgent({ actor }: Context): void {
  if (actor.kind !== 'agent') return
  throw new AppError('forbidden', 'An agent may not decide approvals.', {
    fix: 'Ask the person to decide.',
  })
}

function decidedBefore({ actor }: Context, approval: ApprovalOfRun, decision: Decision): Decided {
  const { state, decidedBy, decidedAt } = approval
  if (state === STATE_OF[decision] && decidedBy === actor.personId) return { approval, changed: false }
  const when = decidedAt?.toISOString() ?? ''
  switch (state) {
    case 'expired':
      throw expired(approval)
    case 'withdrawn':
      throw withdrawn(approval)
    default:
      throw new AppError('conflict', `${decidedBy} has already ${state} this, at ${when}.`, {
        fix: 'An approval is decided once. Check the state of the run with runs.get.',
      })
  }
}

function assertOpen({ now }: Context, approval: ApprovalRow, run: RunRow): void {
  if (run.cancelAskedAt !== null) throw withdrawn(approval)
  if (approval.expiresAt <= now) throw expired(approval)
}

function expired({ expiresAt }: ApprovalRow): AppError {
  return new AppError('conflict', `This expired at ${expiresAt.toISOString()}: it was not done.`, {
    fix: 'Tell the run what you want with runs.steer, or start a new one.',
  })
}

function withdrawn({ runId }: ApprovalRow): AppError {
  return new AppError('conflict', `This was withdrawn: ${runId} has stopped.`, {
    fix: 'Start a new run, or have that one tried again with runs.retry.',
  })
}

async function storeDecision(
  ctx: Context,
  run: RunRow,
  { approvalId, decision, note }: Deciding,
): Promise<ApprovalRow> {
  const [row] = await ctx.db
    .update(approvals)
    .set({
      state: STATE_OF[decision],
      decidedAt: ctx.now,
      decidedBy: ctx.actor.personId,
      decidedDoor: ctx.door,
      note: note ?? null,
    })
    .where(and(eq(approvals.id, approvalId), eq(approvals.state, 'pending'), mayDecide(ctx)))
    .returning()
  // Under the run's lock nobody else decides it: the caller has lost the right to.
  if (row === undefined) throw notFound('approval', approvalId)
  const decided = { approvalId, ref: refOf(approvalKind, row.number), operation: row.operation }
  ctx.emit(approvalDecided, {
    ...{ uri: runUri(run.id), spaceId: run.spaceId },
    payload: { ...runInEvent(run), ...decided, decision, by: ctx.actor.personId },
  })
  return row
}

/** The call is planned again with exactly the input that was shown. */
async function approve(ctx: Context, approval: ApprovalRow): Promise<void> {
  const exact = JSON.stringify({ input: approval.input, approved: true })
  const request = sql`${runSteps.request} || ${exact}::jsonb`
  const { runId, stepId } = approval
  await changeStep(ctx, runId, { stepId, from: ['waiting'], set: { state: 'planned', request } })
  await tellDecision(ctx, approval, ctx.actor.personId)
}

/**
 * Applies from now on, and to the same operation's calls that already wait: people are not asked again about what they
 * have allowed.
 */
async function allowAlways(
  ctx: Context,
  run: RunRow,
  deciding: Deciding,
  { operation }: ApprovalRow,
): Promise<void> {
  if (!run.alwaysAllowed.includes(operation)) {
    const alwaysAllowed = [...run.alwaysAllowed, operation]
    await ctx.db.update(runs).set({ alwaysAllowed }).where(eq(runs.id, run.id))
  }
  for (const other of await listOpenApprovals(ctx.db, run.id)) {
    if (other.operation !== operation || other.expiresAt <= ctx.now) continue
    await approve(ctx, await storeDecision(ctx, run, { ...deciding, approvalId: other.id }))
  }
}

function rejectionText({ operation, decidedBy, note }: ApprovalRow): string {
  const reason = note === null ? '' : ` They say: ${note}`
  return `${decidedBy} rejected ${operation}, so it was not done.${reason} Do not try the same in another way.`
}
