/** How a worker lets go of a run until what the run waits for has arrived. */
import { and, eq, gt } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { freePlaces } from '../hold/blocked-runs.ts'
import { type Hold, isHeld, RunLost } from '../hold/hold-run.ts'
import { lockTree } from '../hold/run-tree.ts'
import { queueRun } from '../queue-run.ts'
import type { RunRow } from '../run.ts'
import type { RunReason } from '../states.ts'
import { runSteps } from '../tables.ts'
import { moveRun, stateEvent, type Writes } from '../writes.ts'
import { canGoOn, endCancelled, letGo } from './end-run.ts'
import { budgetNews } from './tell-budget.ts'

/** What a run waits for. */
export interface Release {
  readonly state: 'waiting' | 'queued'
  readonly reason: RunReason
  readonly detail?: string | null
  /** When it continues without anyone's action. */
  readonly resumeAt?: Date
  /** Number of the last step that was taken into account. */
  readonly seenStep: number
}

/** Reasons to wait that depend on a step: if no step waits by now, there is nothing to wait for. */
const BY_STEP: readonly RunReason[] = ['approval', 'input', 'children', 'outcome_unknown']

/**
 * Lets go of a run that its worker holds, until it is woken. `more`: what it would wait for has already arrived, so
 * that it must continue; a requested cancel ends it.
 * @throws RunLost
 */
export async function releaseRun(writes: Writes, hold: Hold, release: Release): Promise<'released' | 'more'> {
  const tree = await lockTree(writes.db, hold.rootId)
  const run = tree.find(({ id }) => id === hold.runId)
  if (run?.fence !== hold.fence || run.state !== 'running') throw new RunLost(hold.runId)
  if (run.cancelAskedAt !== null) {
    await endCancelled(writes, tree, run)
    return 'released'
  }
  if (BY_STEP.includes(release.reason) && !(await mustWait(writes.db, run, release.seenStep))) return 'more'
  const { state, reason, detail = null, resumeAt } = release
  // It was resumed after its worker saw the request to pause.
  if (release.reason === 'paused' && run.pauseAskedAt === null) return 'more'
  const released = await moveRun(writes, {
    where: isHeld(hold),
    set: {
      ...{ state, reason, detail },
      ...letGo(writes),
      resumeAt: state === 'waiting' ? (resumeAt ?? null) : null,
      ...(state === 'queued' && { startAfter: resumeAt ?? writes.now }),
    },
    events: [stateEvent(state, reason, detail)],
    ...(await budgetNews(writes, run, release)),
  })
  if (released === undefined) throw new RunLost(hold.runId)
  if (state === 'queued') queueRun(writes, released)
  await freePlaces(writes, released)
  return 'released'
}

/** Whether some call still waits, none can be made now, and no message arrived. */
async function mustWait(db: Db, run: RunRow, seenStep: number): Promise<boolean> {
  const late = await db
    .select({ id: runSteps.id })
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), gt(runSteps.number, seenStep)))
    .limit(1)
  return late.length === 0 && !(await canGoOn(db, run.id))
}
