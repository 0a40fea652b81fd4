/** How a worker leaves a run: ended, parked, stopped on request, or handed back to the queue. */

import type { Runtime } from '../../core/call/runtime.ts'
import { type Hold, holdRun } from '../../domain/runs/hold/hold-run.ts'
import { endAlone, endRun } from '../../domain/runs/moves/end-run.ts'
import { releaseRun } from '../../domain/runs/moves/release-run.ts'
import { commitAtOnce, transact } from '../../domain/runs/transact.ts'
import type { Writes } from '../../domain/runs/writes.ts'
import type { RunEnd } from './executor.ts'

/** Leaves it as its executor says; `more`: something arrived meanwhile that must be handled first. */
export async function leaveRun(runtime: Runtime, hold: Hold, end: RunEnd): Promise<'left' | 'more'> {
  const isDone =
    end.kind === 'ended' && (await commitAtOnce(runtime, (writes) => endAlone(writes, hold, end)))
  return isDone ? 'left' : await transact(runtime, (writes) => leaveWithin(writes, hold, end))
}

/** The same within a transaction. */
export async function leaveWithin(writes: Writes, hold: Hold, end: RunEnd): Promise<'left' | 'more'> {
  const left = end.kind === 'ended' ? await endRun(writes, hold, end) : await releaseRun(writes, hold, end)
  return left === 'more' ? 'more' : 'left'
}

/** A cancel ends it, a pause parks it; if the request was withdrawn meanwhile, the run continues elsewhere. */
export async function confirmStop(writes: Writes, hold: Hold): Promise<void> {
  const run = await holdRun(writes.db, hold)
  if (run.cancelAskedAt !== null) {
    await endRun(writes, hold, { state: 'cancelled', reason: 'cancelled', seenStep: run.lastStep })
  } else if (run.pauseAskedAt !== null) {
    await releaseRun(writes, hold, { state: 'waiting', reason: 'paused', seenStep: run.lastStep })
  } else {
    await releaseRun(writes, hold, { state: 'queued', reason: 'resumed', seenStep: run.lastStep })
  }
}
