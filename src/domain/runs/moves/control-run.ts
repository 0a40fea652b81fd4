/** What a person does to a run besides cancelling it: pause, resume, retry, send a message. */
import { and, eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { assertMayTell } from '../bounds.ts'
import { branchOf, lockTree } from '../hold/run-tree.ts'
import { wakeRun } from '../hold/wake-run.ts'
import { assertLogRoom } from '../log-room.ts'
import { queueRun } from '../queue-run.ts'
import { isBeingCancelled, type RunRow, runRef } from '../run.ts'
import type { RunBudget } from '../run-start.ts'
import { hasEnded } from '../states.ts'
import { addSteps, type StepRow } from '../steps/steps.ts'
import { runSteps, runs } from '../tables.ts'
import { getOwnRun, lockOwnRun, lockRunToTell } from '../views/store.ts'
import { type Move, moveRun, stateEvent, type Writes } from '../writes.ts'
import { budgetChange } from './raise-budget.ts'

export const MESSAGE_MAX_CHARS = 20_000
/** The most messages of one run that it has not read. */
const UNREAD_MAX = 100
/** Milliseconds after which it may have read them. */
const UNREAD_RETRY_MS = 30_000

export interface Controlled {
  readonly run: RunRow
  /** False when nothing had to change. */
  readonly changed: boolean
}

/**
 * Keeps a run from beginning anything more: a run at work stops after its current step, and a waiting run keeps waiting
 * even when what it waits for has arrived.
 * @throws AppError `not_found`, `conflict`
 */
export async function pauseRun(ctx: Context, runId: string): Promise<Controlled> {
  const run = await lockOwnRun(ctx, runId)
  assertGoesOn(run)
  if (run.pauseAskedAt !== null) return { run, changed: false }
  const asked = { type: 'run.pause_asked', data: { by: ctx.actor.personId } }
  const pauseAskedAt = ctx.now
  if (run.state === 'running') {
    return moved(ctx, run, { set: { pauseAskedAt, reason: 'pausing' }, events: [asked] })
  }
  if (run.state === 'waiting' && run.reason !== 'budget') {
    return moved(ctx, run, { set: { pauseAskedAt }, events: [asked] })
  }
  const set = { pauseAskedAt, state: 'waiting', reason: 'paused', detail: null, resumeAt: null } as const
  return moved(ctx, run, { set, events: [asked, stateEvent('waiting', 'paused')] })
}

/**
 * Lets a run continue that is paused or that its budget holds back, with a larger budget if one is given.
 * @throws AppError `not_found`, `forbidden`, `conflict`, `invalid_input` for a budget that is not larger
 */
export async function resumeRun(
  ctx: Context,
  runId: string,
  budget: RunBudget | undefined,
): Promise<Controlled> {
  const { run, tree } = await lockTreeOf(ctx, runId)
  assertMayTell(ctx.actor, run)
  assertGoesOn(run)
  const caps = budgetChange(run, budget)
  const isRaised = Object.keys(caps).length > 0
  if (isRaised) await moveRun(ctx, { where: eq(runs.id, run.id), set: caps, events: [] })
  const isResumed = await goOn(ctx, run)
  // Runs that this budget held back continue with it.
  const held = isRaised ? branchOf(tree, runId).filter(isHeldBack) : []
  for (const each of held) await wakeRun(ctx, each, 'resumed')
  return { run: await lockOwnRun(ctx, runId), changed: isRaised || isResumed }

  function isHeldBack({ id, state, reason }: RunRow): boolean {
    return id !== runId && state === 'waiting' && reason === 'budget'
  }
}

/** The run, with its whole tree locked. */
async function lockTreeOf(ctx: Context, runId: string) {
  const { rootId } = await getOwnRun(ctx, runId)
  const tree = await lockTree(ctx.db, rootId)
  const run = tree.find(({ id }) => id === runId)
  if (run === undefined) throw new Error(`${runId} is not in its own tree`)
  return { run, tree }
}

/** Answers whether anything held it back. */
async function goOn(writes: Writes, run: RunRow): Promise<boolean> {
  const { state, reason } = run
  if (state === 'running') {
    if (run.pauseAskedAt === null) return false
    await moved(writes, run, {
      set: { pauseAskedAt: null, reason: 'working' },
      events: [stateEvent('running', 'working')],
    })
    return true
  }
  if (state === 'waiting' && (reason === 'paused' || reason === 'budget')) {
    // A start that was put off stays put off.
    const startAfter = run.startAfter > writes.now ? run.startAfter : writes.now
    const resumed = await moved(writes, run, {
      set: {
        pauseAskedAt: null,
        state: 'queued',
        reason: 'resumed',
        detail: null,
        resumeAt: null,
        startAfter,
      },
      events: [stateEvent('queued', 'resumed')],
    })
    queueRun(writes, resumed.run)
    return true
  }
  if (run.pauseAskedAt === null) return false
  await moved(writes, run, { set: { pauseAskedAt: null }, events: [] })
  return true
}

interface Message {
  readonly text: string
  readonly from: string
}

/**
 * Sends a message to a run, which reads it before its next call of the model.
 * @throws AppError `not_found`, `forbidden`, `conflict`, `rate_limited`
 */
export async function steerRun(
  ctx: Context,
  runId: string,
  message: Message,
): Promise<{ run: RunRow; step: StepRow }> {
  const run = await lockRunToTell(ctx, runId)
  assertGoesOn(run)
  await assertReads(ctx, run)
  const [step] = await addSteps(ctx, run, {
    steps: [{ kind: 'message', state: 'done', request: message }],
    events: [{ type: 'message.added', data: { ...message } }],
  })
  if (step === undefined) throw new Error(`a message to ${runId} made no step`)
  return { run: await lockOwnRun(ctx, runId), step }
}

/** @throws AppError `rate_limited` for a run that has read none of the last messages */
async function assertReads({ db }: Writes, run: RunRow): Promise<void> {
  const [found] = await db.execute<{ unread: number }>(sql`select count(*)::int as unread from ${runSteps}
    where ${runSteps.runId} = ${run.id} and ${runSteps.kind} = 'message' and ${runSteps.number} > coalesce(
      (select max(seen.number) from ${runSteps} as seen where seen.run_id = ${run.id} and seen.kind = 'model'), 0)`)
  if ((found?.unread ?? 0) < UNREAD_MAX) return
  throw new AppError('rate_limited', `${runRef(run)} has ${UNREAD_MAX} messages that it has not read yet.`, {
    fix: 'Wait until it is working: it reads all of them before its next call of the model.',
    retryAfterMs: UNREAD_RETRY_MS,
  })
}

/** @throws AppError `conflict` */
function assertGoesOn(run: RunRow): void {
  if (hasEnded(run.state)) {
    throw new AppError('conflict', `${runRef(run)} has already ended: ${run.state}.`, {
      fix: run.state === 'succeeded' ? 'Start a new run.' : 'Retry it with runs.retry, or start a new run.',
    })
  }
  if (run.cancelAskedAt !== null) throw isBeingCancelled(run)
  assertLogRoom(run, 'Cancel it, and start a new run.')
}

async function moved(
  writes: Writes,
  run: RunRow,
  { set, events }: Pick<Move, 'set' | 'events'>,
): Promise<Controlled> {
  const row = await moveRun(writes, {
    where: and(eq(runs.id, run.id), eq(runs.state, run.state)),
    set,
    events,
  })
  if (row === undefined) throw new Error(`${run.id} moved under its lock`)
  return { run: row, changed: true }
}
