/** How a worker gets runs: those whose turn it is, of those that are ready. */
import { and, lte, type SQL, sql } from 'drizzle-orm'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import { moveRuns, stateEvent, type Writes } from '../writes.ts'
import type { Claimant } from './hold-run.ts'

/**
 * Milliseconds by which the clocks of two machines may differ: the process that starts a run, and the worker that takes
 * it.
 */
const CLOCKS_APART_MS = 1_000

/** The latest start of a run that may begin now. */
export function startsBy({ now }: Pick<Writes, 'now'>): Date {
  return new Date(now.getTime() + CLOCKS_APART_MS)
}

/** The database's clock decides about leases, because workers' clocks may differ. */
const leaseEnd = (leaseMs: number) => sql`clock_timestamp() + ${`${leaseMs} milliseconds`}::interval`

/** Requests made while no worker had the run are still valid. */
const workingReason = sql`case when ${runs.cancelAskedAt} is not null then 'cancelling'
  when ${runs.pauseAskedAt} is not null then 'pausing' else 'working' end`

/**
 * Takes those of these runs that are ready.
 * @param ids a query of their ids
 * @throws the database's unique violation when another run works in the project or workspace of one of them: see
 * `isTaken`
 */
export async function claimRuns(writes: Writes, ids: SQL, { worker, leaseMs }: Claimant): Promise<RunRow[]> {
  return await moveRuns(writes, {
    before: [sql`picked as materialized (${ids})`],
    where: and(
      sql`${runs.id} in (select id from picked) and ${runs.state} = 'queued'`,
      lte(runs.startAfter, startsBy(writes)),
    ),
    set: {
      state: 'running',
      reason: workingReason,
      detail: null,
      worker,
      claimedAt: writes.now,
      leaseUntil: leaseEnd(leaseMs),
      fence: sql`${runs.fence} + 1`,
      startedAt: sql`coalesce(${runs.startedAt}, ${writes.now})`,
      resumeAt: null,
    },
    events: [stateEvent('running', 'working')],
  })
}

/** SQLSTATE of a row that violates a unique index. */
const UNIQUE_VIOLATION = '23505'

/** Whether a claim failed because another run works in the same project or workspace. */
export function isTaken(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && error.code === UNIQUE_VIOLATION) return true
  }
  return false
}
