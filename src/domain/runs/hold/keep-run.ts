/**
 * What a worker records about a run besides its steps: that it went wrong, its phase, and its children.
 */
import { and, count, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'
import { type Hold, isHeld } from './hold-run.ts'

/** Counts a claim that ended in an unforeseen way. Answers with how many there were in a row. */
export async function countLoss(writes: Writes, hold: Hold): Promise<number> {
  const run = await moveRun(writes, {
    where: isHeld(hold),
    set: { losses: sql`${runs.losses} + 1` },
    events: [],
  })
  return run?.losses ?? 0
}

/** How many runs this one has delegated to. */
export async function countChildren(db: Db, runId: string): Promise<number> {
  const [row] = await db.select({ children: count() }).from(runs).where(eq(runs.parentId, runId))
  return row?.children ?? 0
}

/** Records that a run has entered another phase, if it has. */
export async function enterPhase(writes: Writes, hold: Hold, phase: string): Promise<void> {
  await moveRun(writes, {
    where: and(isHeld(hold), sql`${runs.phase} is distinct from ${phase}`),
    set: { phase },
    events: [{ type: 'phase.started', data: { phase } }],
  })
}

/** Tells the watchers of a run that a budget holds it back. */
export async function tellRefusal(writes: Writes, hold: Hold, words: string): Promise<void> {
  await moveRun(writes, {
    where: isHeld(hold),
    set: {},
    events: [{ type: 'budget.refused', data: { words } }],
  })
}
