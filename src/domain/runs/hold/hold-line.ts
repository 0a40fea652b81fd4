/** Locks a run together with all runs above it, because a step of the run counts on each of their budgets. */
import { inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { readRows } from '../../db/read-rows.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import { type Hold, LOCK_ORDER, RunLost } from './hold-run.ts'

export interface HeldLine {
  readonly run: RunRow
  /** The runs above it, from the root down; empty for a root. */
  readonly above: readonly RunRow[]
}

/**
 * Locks the run for a write of its worker, after those above it.
 * @throws RunLost
 */
export async function holdLine(db: Db, hold: Hold): Promise<HeldLine> {
  const line = await lockLine(db, hold)
  if (line.run.fence !== hold.fence || line.run.state !== 'running') throw new RunLost(hold.runId)
  return line
}

/**
 * The same for a caller without a hold.
 * @throws RunLost for a run that does not exist
 */
export async function lockLine(db: Db, { runId, rootId }: Pick<Hold, 'runId' | 'rootId'>): Promise<HeldLine> {
  const ids = runId === rootId ? sql`(${runId})` : lineOf(runId)
  const rows = await readRows(
    db,
    runs,
    sql`select * from ${runs} where ${runs.id} in ${ids} order by ${LOCK_ORDER} for update`,
  )
  const run = rows.at(-1)
  if (run?.id !== runId) throw new RunLost(runId)
  return { run, above: rows.slice(0, -1) }
}

/** The delegating run of a run never changes, so the line may be read before anything is locked. */
function lineOf(runId: string) {
  return sql`(with recursive line as (
      select r.id, r.parent_id from ${runs} r where r.id = ${runId}
      union all
      select r.id, r.parent_id from ${runs} r join line on r.id = line.parent_id
    ) select id from line)`
}

/** Changes the runs above, which the caller has locked. */
export async function changeAbove(
  db: Db,
  above: readonly RunRow[],
  set: Readonly<Record<string, SQL>>,
): Promise<void> {
  if (above.length === 0) return
  const ids = above.map(({ id }) => id)
  await db.update(runs).set(set).where(inArray(runs.id, ids))
}
