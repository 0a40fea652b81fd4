/** What stands in the way of runs that do not go on: where each stands, and who waits for whom in the database. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../../src/domain/db/db.ts'

/** One line for each. */
export async function describeStandstill(db: Db): Promise<string> {
  const runs = await db.execute<Record<string, unknown>>(sql`select id, state, reason, worker, fence, losses,
      round(extract(epoch from lease_until - clock_timestamp())::numeric, 1) as lease_s,
      round(extract(epoch from clock_timestamp() - updated_at)::numeric, 1) as still_s
    from runs where state not in ('succeeded', 'failed', 'cancelled') order by id`)
  const sessions = await db.execute<Record<string, unknown>>(sql`select pid, state, wait_event as waits,
      array_to_string(pg_blocking_pids(pid), ' ') as for_pids,
      round(extract(epoch from clock_timestamp() - xact_start)::numeric, 1) as transaction_s, left(query, 150) as query
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null order by xact_start`)
  return [...runs, ...sessions].map((row) => `\n       ${JSON.stringify(row)}`).join('')
}
