/** How long the audit is kept, and how much of it for each person. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { auditEntries, auditTouches } from './tables.ts'

export interface AuditRetention {
  /** Days after which an entry is deleted. */
  readonly days: number
  /**
   * How many entries of completed calls are kept for one person, the newest first; entries of calls that changed other
   * people's things have the same limit again.
   */
  readonly entriesPerPerson: number
}

/** Failed calls have a share of their own, so that they do not push out completed calls. */
const FAILED_SHARE = 0.1

/**
 * Calls that changed other people's things have a share of their own: those people see them in their audits, and no
 * caller may push them out by calling often.
 */
const TOUCHES_OTHERS = sql`exists (select 1 from ${auditTouches} where entry_id = ${auditEntries}.id)`

const DAY_MS = 24 * 60 * 60 * 1000

/** Deletes expired entries, and each person's oldest beyond the limit; answers with their number. */
export async function deleteOldEntries(
  db: Db,
  { days, entriesPerPerson }: AuditRetention,
  now: Date,
): Promise<number> {
  const before = new Date(now.getTime() - days * DAY_MS)
  const tooOld = await deleteInBatches(db, auditEntries, sql`at < ${before}`)
  const failed = await deleteBeyond(db, sql`outcome <> 'ok'`, Math.ceil(entriesPerPerson * FAILED_SHARE))
  const done = await deleteBeyond(db, sql`outcome = 'ok' and not ${TOUCHES_OTHERS}`, entriesPerPerson)
  const touching = await deleteBeyond(db, sql`outcome = 'ok' and ${TOUCHES_OTHERS}`, entriesPerPerson)
  return tooOld + failed + done + touching
}

async function deleteBeyond(db: Db, which: SQL, perPerson: number): Promise<number> {
  const people = await db.execute<{ personId: string }>(sql`
    select person_id as "personId" from ${auditEntries} where ${which}
    group by person_id having count(*) > ${perPerson}`)
  let deleted = 0
  for (const { personId } of people) {
    const theirs = sql`person_id = ${personId} and ${which}`
    const [oldestKept] = await db.execute<{ at: string; id: string }>(sql`
      select at, id from ${auditEntries} where ${theirs}
      order by at desc, id desc offset ${perPerson - 1} limit 1`)
    if (oldestKept === undefined) continue
    const { at, id } = oldestKept
    deleted += await deleteInBatches(
      db,
      auditEntries,
      sql`${theirs} and (at, id) < (${at}::timestamptz, ${id})`,
    )
  }
  return deleted
}
