/** Decides an approval once, under its run's lock: the second who decides is told who did. */
import { and, eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { assertMayTell } from '../bounds.ts'
import { lockRun, wakeRun } from '../hold/wake-run.ts'
import type { RunRow } from '../run.ts'
import { changeStep } from '../steps/steps.ts'
import { approvals, runSteps, runs } from '../tables.ts'
import {
  type ApprovalOfRun,
  type ApprovalRow,
  getApproval,
  listOpenApprovals,
  refuseStep,
  tellDecision,
} from './approvals.ts'

export const DECISIONS = ['approve', 'reject'] as const
type Decision = (typeof DECISIONS)[number]

export interface Deciding {
  readonly approvalId: string
  readonly decision: Decision
  readonly note?: string | undefined
  /** Allow the operation for the rest of the run, also where it waits to be allowed. */
  readonly always: boolean
}

export interface Decided {
  readonly approval: ApprovalOfRun
  /** False where the same person had decided the same before. */
  readonly changed: boolean
}

const STATE_OF = { approve: 'approved', reject: 'rejected' } as const

/**
 * A plain no gives the run nothing, so that everybody may say it whom the approval concerns.
 * @throws AppError `forbidden` for agents and for a caller who lacks scopes that the run acts with, `not_found` for those whom it does not concern, `conflict` when it was decided
 * otherwise or by somebody else, has expired, or was withdrawn
 */
export async function decideApproval(ctx: Context, deciding: Deciding): Promise<Decided> {
  assertNoAgent(ctx)
  const found = await getApproval(ctx, deciding.approvalId)
  const run = await lockRun(ctx.db, found.runId)
  if (deciding.decision === 'approve' || deciding.note !== undefined) assertMayTell(ctx.actor, run)
  const approval = await getApproval(ctx, deciding.approvalId)
  if (approval.state !== 'pending') return decidedBefore(ctx, approval, deciding.decision)
  assertOpen(ctx, approval, run)
  const decided = await storeDecision(ctx, deciding)
  if (deciding.decision === 'approve') {
    await approve(ctx, decided)
    if (deciding.always) await allowAlways(ctx, run, deciding, decided)
    await wakeRun(ctx, run, 'resumed')
  } else await refuseStep(ctx, decided, { by: ctx.actor.personId, text: rejectionText(decided) })
  return { approval: { ...decided, contentScopes: run.contentScopes }, changed: true }
}

/** The person behind an agent decides in their own name. */
function assertNoAgent({ actor }: Context): void {
  if (actor.kind !== 'agent') return
  throw new AppError('forbidden', 'An agent decides no approval.', {
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
      throw new AppError('conflict', `${decidedBy} has ${state} this already, at ${when}.`, {
        fix: 'An approval is decided once. See the state of the run with runs.get.',
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
  return new AppError('conflict', `This was withdrawn: ${runId} has stopped, and does nothing any more.`, {
    fix: 'Start a new run, or have that one tried again with runs.retry.',
  })
}

async function storeDecision(ctx: Context, { approvalId, decision, note }: Deciding): Promise<ApprovalRow> {
  const [row] = await ctx.db
    .update(approvals)
    .set({
      state: STATE_OF[decision],
      decidedAt: ctx.now,
      decidedBy: ctx.actor.personId,
      decidedDoor: ctx.door,
      note: note ?? null,
    })
    .where(and(eq(approvals.id, approvalId), eq(approvals.state, 'pending')))
    .returning()
  if (row === undefined) throw new Error(`${approvalId} was decided under its run's lock by somebody else`)
  return row
}

/** The call is planned again with the very input that was shown. */
async function approve(ctx: Context, approval: ApprovalRow): Promise<void> {
  const exact = JSON.stringify({ input: approval.input, approved: true })
  const request = sql`${runSteps.request} || ${exact}::jsonb`
  await changeStep(ctx, { stepId: approval.stepId, from: ['waiting'], set: { state: 'planned', request } })
  await tellDecision(ctx, approval, ctx.actor.personId)
}

/** From here on, and what the run has asked already of the same operation: nobody is asked twice for what is allowed. */
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
    await approve(ctx, await storeDecision(ctx, { ...deciding, approvalId: other.id }))
  }
}

function rejectionText({ operation, decidedBy, note }: ApprovalRow): string {
  const reason = note === null ? '' : ` They say: ${note}`
  return `${decidedBy} rejected ${operation}, so it was not done.${reason} Do not try the same in another way.`
}
