/** How a run ends: by its worker, or by a cancel that reaches all runs below it. */
import { and, eq, inArray, isNull, lte, notInArray, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { readRows } from '../../db/read-rows.ts'
import { withdrawApprovals } from '../approvals/end-approvals.ts'
import { freePlaces } from '../hold/blocked-runs.ts'
import { type Hold, isHeld, RunLost } from '../hold/hold-run.ts'
import { branchOf, lockTree } from '../hold/run-tree.ts'
import { wakeRun } from '../hold/wake-run.ts'
import type { RunRow } from '../run.ts'
import { endedEvent } from '../run-events.ts'
import { ENDED_STATES, hasEnded, type RunReason } from '../states.ts'
import { settleStarted } from '../steps/model-steps.ts'
import { endToolStep, settleStep, type ToolOutcome } from '../steps/tool-steps.ts'
import { approvals, runSteps, runs } from '../tables.ts'
import { type Move, moveRun, stateEvent, type Writes } from '../writes.ts'

/** How a run ended. */
export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly reason: RunReason
  readonly detail?: string | null
  readonly verdict?: string | null
  readonly summary?: string | null
  readonly output?: unknown
}

interface WorkerEnding extends Ending {
  /** Number of the last step that was taken into account; a later message is not left unread. */
  readonly seenStep: number
}

/**
 * Ends a run that its worker holds. A cancel that was requested in time makes it cancelled; `more`: something arrived
 * after `seenStep`, so that it must continue.
 * @throws RunLost
 */
export async function endRun(writes: Writes, hold: Hold, ending: WorkerEnding): Promise<'ended' | 'more'> {
  const tree = await lockTree(writes.db, hold.rootId)
  const run = tree.find(({ id }) => id === hold.runId)
  if (run?.fence !== hold.fence || run.state !== 'running') throw new RunLost(hold.runId)
  if (run.cancelAskedAt !== null) {
    await endCancelled(writes, tree, run)
    return 'ended'
  }
  if (ending.state === 'succeeded' && run.lastStep > ending.seenStep) return 'more'
  await finishRun(writes, { tree, run, ending })
  return 'ended'
}

/**
 * Ends a run on which nothing depends in one statement, which needs no transaction: no run delegated it, no run below
 * it continues, no call of a model and no approval is open, no cancel was requested. False: the run is not of this
 * kind, and nothing was written.
 */
export async function endAlone(writes: Writes, hold: Hold, ending: WorkerEnding): Promise<boolean> {
  const ended = await moveRun(writes, {
    where: and(
      isHeld(hold),
      isNull(runs.parentId),
      isNull(runs.cancelAskedAt),
      // An executor that has seen all steps passes Infinity, which is not an integer.
      ending.state === 'succeeded' ? lte(runs.lastStep, sql`${ending.seenStep}::float8`) : undefined,
      sql`not exists (select from ${runs} as below where below.root_id = ${runs.id} and below.id <> ${runs.id}
        and below.state in ('queued', 'running', 'waiting'))`,
      sql`not exists (select from ${runSteps} as step where step.run_id = ${runs.id}
        and step.kind = 'model' and step.state = 'started')`,
      sql`not exists (select from ${approvals} as asked where asked.run_id = ${runs.id} and asked.state = 'pending')`,
    ),
    ...endingMove(writes, ending),
  })
  if (ended === undefined) return false
  await freePlaces(writes, ended)
  return true
}

interface Finish {
  readonly tree: readonly RunRow[]
  readonly run: RunRow
  readonly ending: Ending
}

/** Ends a run whose tree is locked. */
export async function finishRun(writes: Writes, { tree, run, ending }: Finish): Promise<void> {
  if (run.lastStep > 0) await closeSteps(writes, run)
  const isOpen = and(eq(runs.id, run.id), notInArray(runs.state, [...ENDED_STATES]))
  const ended = await moveRun(writes, { where: isOpen, ...endingMove(writes, ending) })
  if (ended === undefined) return
  // A failed run leaves no use for the work of the runs below it.
  await stopBranch(writes, tree, { branch: branchOf(tree, run.id).slice(1), by: run.id })
  await tellParent(writes, tree, ended)
  await freePlaces(writes, ended)
}

/** Steps are closed before the end, which is the last entry of the log. */
async function closeSteps(writes: Writes, run: RunRow): Promise<void> {
  // A lost worker's call of the model: no worker will settle it any more.
  await settleStarted(writes, run)
  await withdrawApprovals(writes, run)
}

function endingMove(writes: Writes, ending: Ending): Omit<Move, 'where'> {
  const { state, reason, detail = null, verdict = null, summary = null, output = null } = ending
  const { type, data } = stateEvent(state, reason, detail)
  return {
    set: {
      ...{ state, reason, detail, verdict, summary, output },
      ...letGo(writes),
      finishedAt: writes.now,
      resumeAt: null,
      pauseAskedAt: null,
    },
    events: [{ type, data: { ...data, summary, verdict } }],
    emits: [endedEvent(writes)],
    figures: ({ row }) => sql`jsonb_build_object('tokens', ${row}.spent_tokens,
      'costUsdMicros', case when ${row}.cost_known then ${row}.spent_usd_micros end)`,
  }
}

/** Fields that say that a worker has the run; the time of its claim is added to its working time. */
export function letGo({ now }: Writes) {
  const claimMs = sql`floor(extract(epoch from ${now}::timestamptz - ${runs.claimedAt}) * 1000)::bigint`
  return {
    worker: null,
    leaseUntil: null,
    activeMs: sql`${runs.activeMs} +
      case when ${runs.state} = 'running' then greatest(0, coalesce(${claimMs}, 0)) else 0 end`,
  }
}

/**
 * The parent's step gets the child's result, and the parent continues once nothing else keeps it waiting; a parent that
 * has to be cancelled ends with its last child.
 */
async function tellParent(writes: Writes, tree: readonly RunRow[], child: RunRow): Promise<void> {
  if (child.parentId === null) return
  const parent = await currentRun(writes.db, child.parentId)
  if (parent === undefined) return
  const outcome = childOutcome(child)
  if (hasEnded(parent.state)) {
    // The parent's log is closed, but if the parent were retried, it would otherwise wait for this child for ever.
    if (outcome) await settleStep(writes, parent.id, outcome)
    return
  }
  const event = {
    type: 'child.finished',
    data: { runId: child.id, agent: child.agentSlug, state: child.state },
  }
  await moveRun(writes, { where: eq(runs.id, parent.id), set: {}, events: [event] })
  if (outcome) await endToolStep(writes, parent, outcome)
  // While a worker has the parent, that worker ends it.
  if (parent.state === 'running') return
  if (parent.cancelAskedAt !== null) await endCancelled(writes, tree, parent)
  else if (await canGoOn(writes.db, parent.id)) await wakeRun(writes, parent, 'resumed')
}

/** The outcome of an ended run for the step that waits for it. */
export function childOutcome(child: RunRow): ToolOutcome | undefined {
  const { agentSlug, state, reason, summary, detail, output, parentStepId } = child
  if (parentStepId === null) return undefined
  const isError = state !== 'succeeded'
  const text = `${agentSlug} ${state}${reason === null ? '' : ` (${reason})`}: ${summary ?? detail ?? 'no summary'}`
  return { stepId: parentStepId, state: isError ? 'failed' : 'done', result: { text, isError, output } }
}

async function currentRun(db: Db, id: string): Promise<RunRow | undefined> {
  const [run] = await readRows(db, runs, sql`select * from ${runs} where id = ${id}`)
  return run
}

/** Ends as cancelled, unless a run below it still works: then the last one of those ends it. */
export async function endCancelled(writes: Writes, tree: readonly RunRow[], run: RunRow): Promise<void> {
  if (await hasLiveChild(writes.db, run.id)) {
    await parkForChildren(writes, run)
    return
  }
  await finishRun(writes, { tree, run, ending: { state: 'cancelled', reason: 'cancelled' } })
}

async function parkForChildren(writes: Writes, run: RunRow): Promise<void> {
  const parked = await moveRun(writes, {
    where: and(eq(runs.id, run.id), inArray(runs.state, ['running', 'queued'])),
    set: {
      ...{ state: 'waiting', reason: 'children', detail: null },
      ...letGo(writes),
    },
    events: [stateEvent('waiting', 'children')],
  })
  if (parked) await freePlaces(writes, parked)
}

async function hasLiveChild(db: Db, runId: string): Promise<boolean> {
  const live = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.parentId, runId), notInArray(runs.state, [...ENDED_STATES])))
    .limit(1)
  return live.length > 0
}

/** Whether no call of the run is open, or one can be made now. */
export async function canGoOn(db: Db, runId: string): Promise<boolean> {
  const open = await db
    .select({ state: runSteps.state })
    .from(runSteps)
    .where(
      and(eq(runSteps.runId, runId), inArray(runSteps.state, ['planned', 'started', 'waiting', 'unknown'])),
    )
  return open.length === 0 || open.some(({ state }) => state === 'planned' || state === 'started')
}

export interface Cancelled {
  readonly run: RunRow
  /** False when it had been requested before, or the run had ended. */
  readonly changed: boolean
}

/**
 * Asks a run and all below it to stop. Runs without a worker end at once, the lowest first; a worker ends the run that
 * it works on; a run above ends with the last one below it.
 */
export async function cancelTree(writes: Writes, target: RunRow, by: string): Promise<Cancelled> {
  const tree = await lockTree(writes.db, target.rootId)
  const run = tree.find(({ id }) => id === target.id)
  if (run === undefined || hasEnded(run.state)) return { run: run ?? target, changed: false }
  await stopBranch(writes, tree, { branch: branchOf(tree, run.id), by })
  return { run: (await currentRun(writes.db, run.id)) ?? run, changed: run.cancelAskedAt === null }
}

interface Branch {
  /** Parents first. */
  readonly branch: readonly RunRow[]
  readonly by: string
}

async function stopBranch(writes: Writes, tree: readonly RunRow[], { branch, by }: Branch): Promise<void> {
  const doomed = branch.filter(({ state }) => !hasEnded(state))
  for (const run of doomed) await askToCancel(writes, run, by)
  for (const { id } of doomed.reverse()) {
    const run = await currentRun(writes.db, id)
    if (run && (run.state === 'queued' || run.state === 'waiting')) await endCancelled(writes, tree, run)
  }
}

async function askToCancel(writes: Writes, run: RunRow, by: string): Promise<void> {
  const asked = await moveRun(writes, {
    where: and(eq(runs.id, run.id), isNull(runs.cancelAskedAt), notInArray(runs.state, [...ENDED_STATES])),
    set: {
      cancelAskedAt: writes.now,
      cancelAskedBy: by,
      reason: sql`case when ${runs.state} = 'running' then 'cancelling' else ${runs.reason} end`,
    },
    events: [{ type: 'run.cancel_asked', data: { by } }],
  })
  if (asked) await withdrawApprovals(writes, asked)
}
