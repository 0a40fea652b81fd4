/** What a person does to a run besides cancelling it: pause, resume, try again, tell it something. */
import { and, eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { assertMayTell } from '../bounds.ts'
import { branchOf, lockTree } from '../hold/run-tree.ts'
import { wakeRun } from '../hold/wake-run.ts'
import { assertLogRoom } from '../log-room.ts'
import { queueRun } from '../queue-run.ts'
import { type RunRow, runRef } from '../run.ts'
import type { RunBudget } from '../run-start.ts'
import { hasEnded } from '../states.ts'
import { addSteps, type StepRow } from '../steps/steps.ts'
import { runSteps, runs } from '../tables.ts'
import { getRun, lockOwnRun, lockRunToTell } from '../views/store.ts'
import { type Move, moveRun, stateEvent, type Writes } from '../writes.ts'
import { budgetChange } from './raise-budget.ts'

export const MESSAGE_MAX_CHARS = 20_000
/** Messages that one run may have before it reads them. */
const UNREAD_MAX = 100
/** Milliseconds after which it may have read them. */
const UNREAD_RETRY_MS = 30_000

export interface Controlled {
  readonly run: RunRow
  /** False where it was so already. */
  readonly changed: boolean
}

/**
 * Keeps a run from beginning anything more: one that works stops after the step it is in, one that waits goes on waiting
 * when what it waits for has come.
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
 * Lets a paused run go on, or one that its budget holds back, with a larger one where that is given.
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
  // What this budget held back goes on with it.
  const held = isRaised ? branchOf(tree, runId).filter(isHeldBack) : []
  for (const each of held) await wakeRun(ctx, each, 'resumed')
  return { run: await lockOwnRun(ctx, runId), changed: isRaised || isResumed }

  function isHeldBack({ id, state, reason }: RunRow): boolean {
    return id !== runId && state === 'waiting' && reason === 'budget'
  }
}

/** The run, its whole tree locked. */
async function lockTreeOf(ctx: Context, runId: string) {
  const { rootId } = await getRun(ctx, runId)
  const tree = await lockTree(ctx.db, rootId)
  const run = tree.find(({ id }) => id === runId)
  if (run === undefined) throw new Error(`${runId} is not in its own tree`)
  return { run, tree }
}

/** Answers whether anything held it. */
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

/** Tells a run something, which it reads before its next call of the model. @throws AppError `not_found`, `forbidden`, `conflict`, `rate_limited` */
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

/** @throws AppError `rate_limited` for one that has read none of the last messages */
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
    throw new AppError('conflict', `${runRef(run)} has ended already: ${run.state}.`, {
      fix:
        run.state === 'succeeded'
          ? 'Start a new run.'
          : 'Have it tried again with runs.retry, or start a new run.',
    })
  }
  if (run.cancelAskedAt !== null) throw new AppError('conflict', `${runRef(run)} is being cancelled.`)
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
