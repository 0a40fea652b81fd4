/** How undecided approvals end: refused when their time is over, or withdrawn with their run. */
import { and, asc, eq, inArray, lte } from 'drizzle-orm'
import { LOCK_ORDER } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { approvals, runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'
import { approvalUri, refuseStep } from './approvals.ts'

/** The most expired approvals in one query. */
const EXPIRE_BATCH = 50

/** Refuses approvals that were not decided in time, a bounded number at once. Answers with their number. */
export async function expireApprovals(writes: Writes): Promise<number> {
  const due = await writes.db
    .select({ id: approvals.id, runId: approvals.runId })
    .from(approvals)
    .where(and(eq(approvals.state, 'pending'), lte(approvals.expiresAt, writes.now)))
    .orderBy(asc(approvals.expiresAt))
    .limit(EXPIRE_BATCH)
  if (due.length === 0) return 0
  const runIds = [...new Set(due.map(({ runId }) => runId))]
  await writes.db
    .select({ id: runs.id })
    .from(runs)
    .where(inArray(runs.id, runIds))
    .orderBy(LOCK_ORDER)
    .for('update')
  let expired = 0
  for (const { id } of due) {
    if (await expireApproval(writes, id)) expired += 1
  }
  return expired
}

async function expireApproval(writes: Writes, approvalId: string): Promise<boolean> {
  const [row] = await writes.db
    .update(approvals)
    .set({ state: 'expired', decidedAt: writes.now })
    .where(and(eq(approvals.id, approvalId), eq(approvals.state, 'pending')))
    .returning()
  if (row === undefined) return false
  await refuseStep(writes, row, {
    by: null,
    text: `Nobody approved ${row.operation} by ${row.expiresAt.toISOString()}, so it was not done.`,
  })
  return true
}

/** Withdraws the approvals of a run that has stopped, and says so in its log. The run must be locked. */
export async function withdrawApprovals(writes: Writes, run: RunRow): Promise<void> {
  const withdrawn = await writes.db
    .update(approvals)
    .set({ state: 'withdrawn', decidedAt: writes.now })
    .where(and(eq(approvals.runId, run.id), eq(approvals.state, 'pending')))
    .returning({ id: approvals.id, operation: approvals.operation })
  if (withdrawn.length === 0) return
  await moveRun(writes, {
    where: eq(runs.id, run.id),
    set: {},
    events: withdrawn.map(({ id, operation }) => ({
      type: 'approval.withdrawn',
      data: { approvalId: id, operation },
    })),
  })
  for (const { id } of withdrawn) writes.changed(approvalUri(id), run.spaceId)
}
