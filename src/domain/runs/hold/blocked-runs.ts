/**
 * Runs that wait for a place: their project or workspace, in which another run works. Claims do not look at them until
 * it leaves.
 */
import { type SQL, sql } from 'drizzle-orm'
import { queueRun } from '../queue-run.ts'
import type { RunRow } from '../run.ts'
import { isBlocked, isUnblocked, runs, turn } from '../tables.ts'
import { moveRuns, stateEvent, type Writes } from '../writes.ts'
import { startsBy } from './claim-runs.ts'
import { isInUse, WAITING } from './next-runs.ts'

/** Runs of one person that are looked at, and that are marked in one statement. */
const BATCH = 100

/**
 * Records why ready runs do not begin: another works in their project or workspace. Until it leaves, claims do not look
 * at them. Only the first runs of each person are looked at, because only those are in the way of a claim.
 */
export async function markBlocked(writes: Writes): Promise<void> {
  const inUse = sql`with recursive ${WAITING} select blocked.id from waiting as w cross join lateral (
      select r.id from (select * from ${runs}
        where owner_id = w.owner_id and person_id = w.person_id and ${isUnblocked} and start_after <= ${startsBy(writes)}
        order by ${turn}, id limit ${BATCH}::int) as r
      where ${isInUse(sql`r`)}) as blocked limit ${BATCH}::int`
  await changeReason(writes, { ids: inUse, is: isUnblocked, reason: 'workspace_busy' })
}

/** Makes blocked runs ready where nothing works any more: one in each place, which the others then wait for. */
export async function freeBlocked(writes: Writes): Promise<void> {
  const free = sql`select distinct on (coalesce(r.project_id, r.owner_id || ' ' || r.workspace)) r.id
    from ${runs} as r where ${isBlocked} and not ${isInUse(sql`r`)}
    order by coalesce(r.project_id, r.owner_id || ' ' || r.workspace), ${turn}, r.id`
  const freed = await changeReason(writes, { ids: free, is: isBlocked, reason: 'resumed' })
  for (const run of freed) queueRun(writes, run)
}

/**
 * In each place that `left` has freed, the most urgent run that could begin now becomes ready, the oldest first. A run
 * that is missed because two places were freed at the same moment is found by the sweeper.
 */
export async function freePlaces(writes: Writes, left: RunRow): Promise<void> {
  if (!left.exclusive) return
  const { projectId, ownerId, workspace } = left
  const places = [
    ...(projectId === null ? [] : [sql`r.project_id = ${projectId}`]),
    ...(workspace === null ? [] : [sql`r.owner_id = ${ownerId} and r.workspace = ${workspace}`]),
  ]
  for (const place of places) {
    const ids = sql`select r.id from ${runs} as r where ${isBlocked} and ${place} and not ${isInUse(sql`r`)}
      order by ${turn}, r.id limit 1`
    const freed = await changeReason(writes, { ids, is: isBlocked, reason: 'resumed' })
    for (const run of freed) queueRun(writes, run)
  }
}

interface Change {
  readonly ids: SQL
  /** Must be so when the run is locked. */
  readonly is: SQL
  readonly reason: 'workspace_busy' | 'resumed'
}

async function changeReason(writes: Writes, { ids, is, reason }: Change) {
  const locked = sql`select id from ${runs} where id in (${ids}) and ${is} for update skip locked`
  return await moveRuns(writes, {
    before: [sql`found as materialized (${locked})`],
    where: sql`${runs.id} in (select id from found)`,
    set: { reason },
    events: [stateEvent('queued', reason)],
  })
}
