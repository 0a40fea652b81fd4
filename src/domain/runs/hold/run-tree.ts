/** A run with everything that was delegated below it. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { readRows } from '../../db/read-rows.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import { LOCK_ORDER } from './hold-run.ts'

/** Every run of a tree, locked, parents before their children. */
export async function lockTree(db: Db, rootId: string): Promise<RunRow[]> {
  // The root is locked first: a delegating run holds it, and only a statement that begins afterwards sees the added
  // child. Sent together, run one after the other.
  const [, tree] = await Promise.all([
    db.execute(sql`select from ${runs} where id = ${rootId} for update`),
    readRows(
      db,
      runs,
      sql`select * from ${runs} where root_id = ${rootId} order by ${LOCK_ORDER} for update`,
    ),
  ])
  return tree
}

/** The run and all runs below it, in the order of the tree: parents first. */
export function branchOf(tree: readonly RunRow[], runId: string): RunRow[] {
  const ids = new Set([runId])
  return tree.filter((run) => {
    const isIn = ids.has(run.id) || (run.parentId !== null && ids.has(run.parentId))
    if (isIn) ids.add(run.id)
    return isIn
  })
}
