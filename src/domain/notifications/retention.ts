/** How long notifications are kept, and how many of them. */
import { sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { notifications } from './tables.ts'

/** Days for which a notification is kept. */
export const KEPT_DAYS = 90
/** The most notifications of one person: the oldest beyond them are deleted. */
export const NOTIFICATIONS_MAX = 1_000

const DAY_MS = 24 * 60 * 60 * 1000

export async function deleteOldNotifications(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  const old = await deleteInBatches(db, notifications, sql`happened_at < ${before}`)
  return old + (await deleteBeyondLimit(db))
}

async function deleteBeyondLimit(db: Db): Promise<number> {
  const crowded = await db.execute<{ personId: string; last: string }>(sql`
    select person_id as "personId", (array_agg(id order by id desc))[${NOTIFICATIONS_MAX}::int] as last
    from ${notifications} group by person_id having count(*) > ${NOTIFICATIONS_MAX}`)
  let count = 0
  for (const { personId, last } of crowded)
    count += await deleteInBatches(db, notifications, sql`person_id = ${personId} and id < ${last}`)
  return count
}
