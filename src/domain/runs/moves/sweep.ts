/** Finds runs that are stuck: lost by their worker, lost by the queue, or due again. */
import { and, asc, eq, lte, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { wakeRun } from '../hold/wake-run.ts'
import { queueRun, RUN_JOB, RUN_JOB_PRIORITY } from '../queue-run.ts'
import { isUnblocked, runs } from '../tables.ts'
import { moveRuns, stateEvent, type Writes } from '../writes.ts'

/** Runs of one kind in one sweep. */
const BATCH = 100
/** Milliseconds after which the job of a ready run counts as lost. */
export const QUEUED_STALE_MS = 5_000

/** How long the previous claim worked: until its lease was over, because nothing is known of later. */
const activeOfLost = (now: Date) => sql`greatest(0, floor(extract(epoch from
  least(${runs.leaseUntil}, ${now}::timestamptz) - ${runs.claimedAt}) * 1000))::bigint`

/** Puts the runs back on the queue whose worker has let its lease expire. */
export async function queueLost(writes: Writes): Promise<void> {
  const lost = sql`select id from ${runs} where state = 'running' and lease_until < clock_timestamp()
    order by lease_until limit ${BATCH}::int for update skip locked`
  const queued = await moveRuns(writes, {
    before: [sql`lost as materialized (${lost})`],
    where: sql`${runs.id} in (select id from lost)`,
    set: {
      ...{ state: 'queued', reason: 'worker_lost', detail: null, worker: null, leaseUntil: null },
      losses: sql`${runs.losses} + 1`,
      activeMs: sql`${runs.activeMs} + ${activeOfLost(writes.now)}`,
    },
    events: [stateEvent('queued', 'worker_lost')],
  })
  for (const run of queued) queueRun(writes, run)
}

/** Ends every lease. For a store that only one process can open, when it opens it: a worker that held a run is dead. */
export async function dropLeases(db: Db): Promise<void> {
  await db.update(runs).set({ leaseUntil: sql`clock_timestamp()` }).where(eq(runs.state, 'running'))
}

/**
 * Puts a job on the queue for each ready run that no worker takes, up to a limit. All sweepers give these jobs the same
 * names, so that they do not pile up while the workers are busy.
 */
export async function queueStale({
  db,
  now,
  enqueue,
}: Pick<Writes, 'db' | 'now' | 'enqueue'>): Promise<void> {
  const stale = new Date(now.getTime() - QUEUED_STALE_MS)
  const [found] = await db.execute<{ runs: number }>(sql`select count(*)::int as runs from (
    select from ${runs} where ${isUnblocked} and start_after <= ${stale} limit ${BATCH}::int) as stale`)
  for (let place = 0; place < (found?.runs ?? 0); place += 1) {
    enqueue({ name: RUN_JOB, id: `stale-run-${place}`, data: {}, priority: RUN_JOB_PRIORITY, forget: true })
  }
}

/** Waiting runs whose moment has come. */
export async function findDue(db: Db, now: Date): Promise<string[]> {
  const due = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.state, 'waiting'), lte(runs.resumeAt, now)))
    .orderBy(asc(runs.resumeAt))
    .limit(BATCH)
  return due.map(({ id }) => id)
}

/**
 * Lets one of them continue, unless that has happened by now. A run that is locked elsewhere is left to the next sweep.
 */
export async function wakeDue(writes: Writes, runId: string): Promise<void> {
  const [run] = await writes.db
    .select()
    .from(runs)
    .where(and(eq(runs.id, runId), lte(runs.resumeAt, writes.now)))
    .for('update', { skipLocked: true })
  if (run) await wakeRun(writes, run, 'resumed')
}
