/** How long the counts of the rate limits are kept: for as long as they count. */
import { lte } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { rateLimits } from './tables.ts'

/** Deletes the counts that count no longer; answers with how many. */
export async function deleteOldCounts(db: Db, now: Date): Promise<number> {
  return (await db.delete(rateLimits).where(lte(rateLimits.expire, now))).count
}
