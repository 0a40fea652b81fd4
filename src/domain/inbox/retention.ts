/** How long events are kept that have ended. */
import { sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { inboxEvents } from './tables.ts'

/** Days for which an event is known: longer than any service repeats its reports. */
const DONE_DAYS = 14
/** Days for which an event that was given up can be retried. */
const FAILED_DAYS = 60

const DAY_MS = 24 * 60 * 60 * 1000

/** Deletes events that ended long ago; answers with their number. */
export async function deleteOldEvents(db: Db, now: Date): Promise<number> {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString()
  return await deleteInBatches(
    db,
    inboxEvents,
    sql`ended_at <= case when state = 'failed' then ${before(FAILED_DAYS)}::timestamptz
      else ${before(DONE_DAYS)}::timestamptz end`,
  )
}
