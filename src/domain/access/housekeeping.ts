/** Takes away what has served its time. */
import { lte, sql } from 'drizzle-orm'
import type { Database } from '../db/db.ts'
import { deleteOldAnswers } from './answer-retention.ts'
import { type AuditRetention, deleteOldEntries } from './audit-retention.ts'
import { rateLimits } from './tables.ts'

/** What was taken away, in rows. */
export interface Swept {
  readonly answers: number
  readonly auditEntries: number
  readonly rateLimits: number
}

/** Deletes what is past its time; safe to run at any time and twice. */
export async function keepHouse({ kind, db }: Database, audit: AuditRetention, now: Date): Promise<Swept> {
  const answers = await deleteOldAnswers(db, now)
  const auditEntries = await deleteOldEntries(db, audit, now)
  const limits = await db.delete(rateLimits).where(lte(rateLimits.expire, now))
  // Nothing else vacuums the embedded store, and the queue slows without it. A server does so by itself.
  if (kind === 'embedded') await db.execute(sql`vacuum analyze`)
  return { answers, auditEntries, rateLimits: limits.count }
}
