/**
 * Ends sessions whose process froze in the middle of sending a statement. To PostgreSQL such a session is active, so
 * that none of its timeouts ends it, and it keeps its locks for as long as its process is frozen. (From version 17 on
 * `transaction_timeout` would end it.)
 */
import { sql } from 'drizzle-orm'
import type { Db } from '../db.ts'

/** Ends the frozen sessions of this user under `applicationName`; answers with their number. */
export async function endStillSessions(
  db: Db,
  { applicationName, stillMaxMs }: { readonly applicationName: string; readonly stillMaxMs: number },
): Promise<number> {
  const ended = await db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name = ${applicationName}
      and pid <> pg_backend_pid() and state = 'active' and wait_event = 'ClientRead'
      and state_change < clock_timestamp() - ${`${stillMaxMs} milliseconds`}::interval`)
  return ended.length
}
