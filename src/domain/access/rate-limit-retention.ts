/** Deletes the counts of the rate limits that have expired. */
import { lte } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { rateLimits } from './tables.ts'

/** Deletes expired counts; answers with their number. */
export async function deleteOldCounts(db: Db, now: Date): Promise<number> {
  return (await db.delete(rateLimits).where(lte(rateLimits.expire, now))).count
}
