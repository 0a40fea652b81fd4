/** Approvals: what an agent may not do alone, asked with the exact call, and decided once by a person who may. */
import { and, asc, eq, getTableColumns, inArray, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import { notFound } from '../../../core/errors.ts'
import type { Actor } from '../../../core/operation/actor.ts'
import type { Context } from '../../../core/operation/context.ts'
import type { Effect } from '../../../core/operation/description.ts'
import { idOrRef, refOf } from '../../../core/operation/kind.ts'
import { readNewest } from '../../access/visible-to.ts'
import type { Db } from '../../db/db.ts'
import { insertNumbered, type NewRow } from '../../db/insert-rows.ts'
import { withheldFrom } from '../bounds.ts'
import type { Hold } from '../hold/hold-run.ts'
import { lockRun, wakeRun } from '../hold/wake-run.ts'
import { type RunRow, runRef } from '../run.ts'
import { approvalRequested, waitingEvent } from '../run-events.ts'
import { endToolStep, waitToolStep } from '../steps/tool-steps.ts'
import { approvals, runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'
import { approvalKind } from './approval-kind.ts'
import {
  approversOf,
  askedPeople,
  isStarter,
  mayDecide,
  mayDecideForOthers,
  mayDecideSeen,
  mayRead,
} from './may-decide.ts'

export type ApprovalRow = typeof approvals.$inferSelect
export const ApprovalId = idOrRef(approvalKind)
export const APPROVAL_STATES = approvals.state.enumValues
type ApprovalState = (typeof APPROVAL_STATES)[number]

const HOUR_MS = 60 * 60 * 1000

export const Approval = z.object({
  id: z.string(),
  ref: z.string(),
  runId: z.string(),
  runRef: z.string(),
  stepId: z.string(),
  agent: z.string(),
  operation: z.string(),
  effect: z.enum(approvals.effect.enumValues),
  input: z.unknown().describe('Exactly the input that runs when it is approved'),
  why: z.string().describe('Why approval is needed'),
  state: z.enum(APPROVAL_STATES),
  approvers: z.array(z.string()).describe('Who may decide: people, or roles in the team of the run'),
  mayDecide: z.boolean().describe('Whether you are one of them; who started the run may read it in any case'),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  decidedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
  note: z.string().nullable(),
})
export type Approval = z.output<typeof Approval>

/** An approval for a reader, with its run's number and the scopes that the run's contents need. */
export type ApprovalOfRun = ApprovalRow &
  Pick<RunRow, 'contentScopes'> & { readonly runNumber: number; readonly mayDecide: boolean }

/** An approval as a reader sees it: without the call's input if they could not read it elsewhere. */
export function toApproval(row: ApprovalOfRun, reader: Pick<Actor, 'scopes'>): Approval {
  const withheld = withheldFrom(reader, row)
  const { id, runId, stepId, agentSlug, operation, effect, input, why, state, approvers, decidedBy, note } =
    row
  return {
    ...{ id, runId, stepId, agent: agentSlug, operation, effect, why, state, decidedBy },
    mayDecide: row.mayDecide,
    ref: approvalRef(row),
    runRef: runRef({ number: row.runNumber }),
    input: withheld ?? input,
    note: note && (withheld ?? note),
    approvers: [...approvers],
    askedAt: row.askedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  }
}

export interface AskedCall {
  readonly operation: string
  readonly effect: Effect
  readonly input: unknown
  readonly why: string
}

/**
 * Asks about a planned call, which then waits.
 * @throws RunLost, RunStopping
 */
export async function askApproval(
  writes: Writes,
  hold: Hold,
  { stepId, call }: { readonly stepId: string; readonly call: AskedCall },
): Promise<string> {
  const id = writes.newId('approval')
  const run = await waitToolStep(writes, hold, {
    stepId,
    async tell(run) {
      const approval = newApproval(writes, run, { id, stepId, call })
      const [row] = await insertNumbered(writes.db, approvals, [approval])
      const { operation, input, why } = call
      const asked = { approvalId: id, ref: approvalRef(row), operation }
      return {
        events: [{ type: 'approval.asked', data: { ...asked, input, why } }],
        emits: [waitingEvent(writes, approvalRequested, { data: asked, concerns: askedPeople(approval) })],
      }
    },
  })
  writes.changed(approvalUri(id), run.spaceId)
  return id
}

interface NewApproval {
  readonly id: string
  readonly stepId: string
  readonly call: AskedCall
}

function newApproval(
  { now }: Writes,
  run: RunRow,
  { id, stepId, call }: NewApproval,
): NewRow<typeof approvals> {
  const { operation, effect, input, why } = call
  const { id: runId, personId, spaceId, agentSlug, agent } = run
  return {
    ...{ id, runId, stepId, personId, spaceId, agentSlug, operation, effect, input, why },
    approvers: approversOf(run),
    notStarter: agent.approvals.notStarter,
    state: 'pending',
    askedAt: now,
    expiresAt: new Date(now.getTime() + agent.approvals.expireHours * HOUR_MS),
    decidedAt: null,
    decidedBy: null,
    decidedDoor: null,
    note: null,
  }
}

type Reader = Pick<Context, 'db' | 'actor'>

const ofRun = (ctx: Reader) => ({
  contentScopes: runs.contentScopes,
  runNumber: runs.number,
  mayDecide: sql<boolean>`${mayDecide(ctx)}`,
})

/** @throws AppError `not_found`, even for people who see the run, but neither started it nor may decide */
export async function getApproval(ctx: Reader, approvalId: string): Promise<ApprovalOfRun> {
  const [row] = await ctx.db
    .select({ ...getTableColumns(approvals), ...ofRun(ctx) })
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .where(and(eq(approvals.id, approvalId), mayRead(ctx)))
  if (row === undefined) throw notFound('approval', approvalId)
  return row
}

interface ApprovalsQuery {
  readonly state?: ApprovalState | undefined
  readonly runId?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * Approvals that a person may decide, or might have, newest first. Of one run: also those that others decide, for the
 * person who started it.
 * @throws AppError `invalid_input` for a cursor of another list
 */
export async function listApprovals(ctx: Reader, { state, runId, ...page }: ApprovalsQuery) {
  const isWanted = and(
    runId === undefined ? mayDecideSeen(ctx) : or(mayDecideSeen(ctx), isStarter(ctx)),
    state && eq(approvals.state, state),
    runId === undefined ? undefined : eq(approvals.runId, runId),
  )
  const ofOthers = mayDecideForOthers(ctx)
  // Found by their own index first: an ordered search would read all approvals for the few that there are.
  const besides = ofOthers && sql`${approvals.id} = any(array(select id from ${approvals} where ${ofOthers}))`
  const { items, nextCursor } = await readNewest(ctx, approvals, {
    ...{ space: approvals.spaceId, isWanted, besides },
    ...page,
  })
  const ids = items.map(({ id }) => id)
  const found = await ctx.db
    .select({ id: approvals.id, ...ofRun(ctx) })
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .where(inArray(approvals.id, ids))
  const known = new Map(found.map(({ id, ...more }) => [id, more]))
  const whole = items.flatMap((row) => {
    const more = known.get(row.id)
    return more === undefined ? [] : [{ ...row, ...more }]
  })
  return { items: whole, nextCursor }
}

/** The approvals of a run that wait for a decision. */
export async function listOpenApprovals(db: Db, runId: string): Promise<ApprovalRow[]> {
  return await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.runId, runId), eq(approvals.state, 'pending')))
    .orderBy(asc(approvals.id))
}

/** The ids of those that the reader may decide. */
export async function listDecidable(ctx: Reader, runId: string): Promise<string[]> {
  const isOpen = and(eq(approvals.runId, runId), eq(approvals.state, 'pending'), mayDecide(ctx))
  const found = await ctx.db.select({ id: approvals.id }).from(approvals).where(isOpen)
  return found.map(({ id }) => id)
}

/** The approval that a step waits for; undefined: it waits for none. */
export async function findOpenApproval(db: Db, stepId: string): Promise<ApprovalRow | undefined> {
  const [approval] = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.stepId, stepId), eq(approvals.state, 'pending')))
  return approval
}

interface Refusal {
  readonly by: string | null
  /** The words for the agent. */
  readonly text: string
}

/** Ends a call that may not be made, and lets its run, which is locked, continue without it. */
export async function refuseStep(
  writes: Writes,
  approval: ApprovalRow,
  { by, text }: Refusal,
): Promise<void> {
  const run = await lockRun(writes.db, approval.runId)
  const result = { text, isError: true, isTrusted: true }
  await endToolStep(writes, run, { stepId: approval.stepId, state: 'failed', result })
  await tellDecision(writes, approval, by)
  await wakeRun(writes, run, 'resumed')
}

export async function tellDecision(writes: Writes, approval: ApprovalRow, by: string | null): Promise<void> {
  const data = { approvalId: approval.id, state: approval.state, by }
  await moveRun(writes, {
    where: eq(runs.id, approval.runId),
    set: {},
    events: [{ type: 'approval.decided', data }],
  })
  writes.changed(approvalUri(approval.id), approval.spaceId)
}

/** The short reference of an approval: `A-2`. */
function approvalRef({ number }: Pick<ApprovalRow, 'number'>): string {
  return refOf(approvalKind, number)
}

export function approvalUri(approvalId: string): string {
  return `approval://${approvalId}`
}
