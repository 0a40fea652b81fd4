/** Gives a project or workspace that has become free to the next run that waits for it. */
import { and, asc, eq, lte, ne, notExists, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '../db/db.ts'
import { queueRun } from './queue-run.ts'
import type { RunRow } from './run.ts'
import { runs } from './tables.ts'
import type { Writes } from './writes.ts'

const other = alias(runs, 'other')
const urgency = sql`case ${runs.priority} when 'serious' then 1 when 'normal' then 2 else 3 end`

/**
 * In each place that `left` has freed, the most urgent run that could begin now gets its turn, the oldest first. It is
 * a hint: a run that is missed because two places were freed at the same moment is found by the sweeper.
 */
export async function queueNext(writes: Writes, left: RunRow): Promise<void> {
  if (!left.exclusive) return
  const places = [
    ...(left.projectId === null ? [] : [eq(runs.projectId, left.projectId)]),
    ...(left.workspace === null
      ? []
      : [and(eq(runs.ownerId, left.ownerId), eq(runs.workspace, left.workspace))]),
  ]
  const found = new Map<string, RunRow>()
  for (const place of places) {
    const next = await findNext(writes, left, place)
    if (next) found.set(next.id, next)
  }
  for (const next of found.values()) queueAgain(writes, next)
}

async function findNext(
  { db, now }: Writes,
  left: RunRow,
  place: SQL | undefined,
): Promise<RunRow | undefined> {
  const isReady = and(eq(runs.state, 'queued'), lte(runs.startAfter, now))
  const [next] = await db
    .select()
    .from(runs)
    .where(and(isReady, runs.exclusive, ne(runs.id, left.id), place, notExists(inTheWay(db))))
    .orderBy(urgency, asc(runs.id))
    .limit(1)
  return next
}

/** The runs that work where this run wants to; a run may want two places. */
function inTheWay(db: Db) {
  const isThere = or(
    eq(other.projectId, runs.projectId),
    and(eq(other.ownerId, runs.ownerId), eq(other.workspace, runs.workspace)),
  )
  return db
    .select({ id: other.id })
    .from(other)
    .where(and(eq(other.state, 'running'), other.exclusive, isThere))
}

/** The job of its last event may still be remembered as done, so this one has its own name. */
function queueAgain(writes: Writes, run: RunRow): void {
  queueRun(
    { now: writes.now, enqueue: (job) => writes.enqueue({ ...job, id: `${job.id}-${writes.newId('req')}` }) },
    run,
  )
}
