/** Finds runs that are stuck: lost by their worker, lost by the queue, or due again. */
import { and, asc, eq, inArray, lte, ne, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { wakeRun } from '../hold/wake-run.ts'
import { queueRun } from '../queue-run.ts'
import type { RunRow } from '../run.ts'
import { FIRST_PRIORITY } from '../states.ts'
import { runs } from '../tables.ts'
import type { Writes } from '../writes.ts'

/** Runs of one kind in one sweep. */
const BATCH = 100
/** Milliseconds after which the job of a ready run counts as lost. */
export const QUEUED_STALE_MS = 5_000
/** Milliseconds after which a ready run has waited long. */
export const AGED_MS = 60_000
/** Milliseconds within which one run is put on the queue only once, however many sweepers there are. */
const AGAIN_MS = 15_000

/** Runs whose worker has let its lease expire. */
export async function findLost(db: Db): Promise<RunRow[]> {
  return await db
    .select()
    .from(runs)
    .where(and(eq(runs.state, 'running'), sql`${runs.leaseUntil} < clock_timestamp()`))
    .orderBy(asc(runs.leaseUntil))
    .limit(BATCH)
}

/** Ends every lease. For a store that only one process can open, when it opens it: a worker that held a run is dead. */
export async function dropLeases(db: Db): Promise<void> {
  await db.update(runs).set({ leaseUntil: sql`clock_timestamp()` }).where(eq(runs.state, 'running'))
}

/** A run that has to be put on the queue again. */
export interface Swept {
  readonly run: RunRow
  /** It has waited longest of its person's runs. */
  readonly isFirst: boolean
}

/** Ready runs that no worker takes; each is found once in a while, so that all get their turn. */
export async function takeStale({ db, now }: Pick<Writes, 'db' | 'now'>): Promise<Swept[]> {
  const stale = new Date(now.getTime() - QUEUED_STALE_MS)
  const ids = db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.state, 'queued'), lte(runs.startAfter, now), lte(runs.updatedAt, stale)))
    .orderBy(asc(runs.updatedAt))
    .limit(BATCH)
    .for('update', { skipLocked: true })
  const taken = await db
    .update(runs)
    .set({ updatedAt: now })
    .where(and(inArray(runs.id, ids), eq(runs.state, 'queued')))
    .returning()
  const first = await findFirst({ db, now }, [...new Set(taken.map(({ personId }) => personId))])
  return taken.map((run) => ({ run, isFirst: first.has(run.id) }))
}

/**
 * For each of these people, the run that has waited longest, if it has waited long; runs that wait for their place are
 * left out.
 */
async function findFirst(
  { db, now }: Pick<Writes, 'db' | 'now'>,
  personIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set()
  const aged = new Date(now.getTime() - AGED_MS)
  const isReady = and(eq(runs.state, 'queued'), ne(runs.reason, 'workspace_busy'), lte(runs.startAfter, aged))
  const found = await db
    .selectDistinctOn([runs.personId], { id: runs.id })
    .from(runs)
    .where(and(inArray(runs.personId, [...personIds]), isReady))
    .orderBy(asc(runs.personId), asc(runs.startAfter), asc(runs.id))
  return new Set(found.map(({ id }) => id))
}

/**
 * Puts a run on the queue again, under a job name that all sweepers share for a while. A run that has waited long gets
 * the priority of serious ones, so that a steady stream of those cannot starve it, and the first run of each person
 * comes before all others, so that many runs of one person keep nobody waiting.
 */
export function queueSwept(writes: Pick<Writes, 'enqueue' | 'now'>, { run, isFirst }: Swept): void {
  const waitedMs = writes.now.getTime() - run.startAfter.getTime()
  const round = Math.floor(writes.now.getTime() / AGAIN_MS)
  const enqueue: Writes['enqueue'] = (job) => {
    const id = `${job.id}-${run.fence}-${round}`
    writes.enqueue(isFirst ? { ...job, id: `${id}-first`, priority: FIRST_PRIORITY } : { ...job, id })
  }
  queueRun({ now: writes.now, enqueue }, waitedMs > AGED_MS ? { ...run, priority: 'serious' } : run)
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
