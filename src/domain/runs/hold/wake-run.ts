/** Lets a waiting run continue, once what it waited for has arrived. */
import { eq } from 'drizzle-orm'
import { notFound } from '../../../core/errors.ts'
import type { Db } from '../../db/db.ts'
import { queueRun } from '../queue-run.ts'
import type { RunRow } from '../run.ts'
import type { RunReason } from '../states.ts'
import { runs } from '../tables.ts'
import { moveRun, stateEvent, type Writes } from '../writes.ts'

/** Locks one run until the transaction ends. @throws AppError `not_found` */
export async function lockRun(db: Db, runId: string): Promise<RunRow> {
  const [run] = await db.select().from(runs).where(eq(runs.id, runId)).for('update')
  if (run === undefined) throw notFound('run', runId)
  return run
}

/**
 * Puts a waiting run back on the queue; it must be locked. A run that a person has paused stays paused, and one that
 * does not wait is left alone, because its worker checks itself.
 */
export async function wakeRun(writes: Writes, run: RunRow, reason: RunReason): Promise<void> {
  if (run.state !== 'waiting') return
  if (run.pauseAskedAt !== null) {
    if (run.reason !== 'paused') await toState(writes, run, ['waiting', 'paused'])
    return
  }
  const queued = await toState(writes, run, ['queued', reason])
  if (queued) queueRun(writes, queued)
}

async function toState(
  writes: Writes,
  run: RunRow,
  [state, reason]: readonly ['waiting' | 'queued', RunReason],
): Promise<RunRow | undefined> {
  return await moveRun(writes, {
    where: eq(runs.id, run.id),
    set: { state, reason, detail: null, resumeAt: null, startAfter: writes.now },
    events: [stateEvent(state, reason)],
  })
}
