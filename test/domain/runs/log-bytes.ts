import { sql } from 'drizzle-orm'
import type { Db } from '../../../src/domain/db/db.ts'

interface LogBytes extends Record<string, unknown> {
  readonly id: string
  readonly counted: number
  readonly stored: number
  /** What counts once the run has ended; null before. */
  readonly kept: number | null
  readonly ended: boolean
}

/** The bytes that each run of a tree has counted of its log, beside those that are stored, added up by hand. */
export async function readLogBytes(db: Db, rootId: string): Promise<LogBytes[]> {
  return [
    ...(await db.execute<LogBytes>(sql`select id, log_bytes::float8 as counted, kept_bytes::float8 as kept,
      finished_at is not null as ended,
      ((select coalesce(sum(octet_length(data::text)), 0) from run_events where run_id = runs.id)
      + (select coalesce(sum(octet_length(request::text) + coalesce(octet_length(result::text), 0)), 0)
        from run_steps where run_id = runs.id))::float8 as stored
      from runs where root_id = ${rootId} order by id`)),
  ]
}
