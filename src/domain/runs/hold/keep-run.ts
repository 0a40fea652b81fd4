/**
 * What a worker records about a run besides its steps: that its place is taken, that it went wrong, and its children.
 */
import { and, count, eq, ne, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { runs } from '../tables.ts'
import { moveRun, stateEvent, type Writes } from '../writes.ts'
import { type Hold, isHeld } from './hold-run.ts'

/** SQLSTATE of a row that violates a unique index. */
const UNIQUE_VIOLATION = '23505'

/** Whether a claim failed because another run works in the same project or workspace. */
export function isTaken(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && error.code === UNIQUE_VIOLATION) return true
  }
  return false
}

/** Records once why a run that is ready does not begin; the run that leaves the place puts it on the queue. */
export async function markBusy(writes: Writes, runId: string): Promise<void> {
  await moveRun(writes, {
    where: and(eq(runs.id, runId), eq(runs.state, 'queued'), ne(runs.reason, 'workspace_busy')),
    set: { reason: 'workspace_busy' },
    events: [stateEvent('queued', 'workspace_busy')],
  })
}

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
