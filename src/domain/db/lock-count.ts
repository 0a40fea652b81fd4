/** Enforces a limit on how many things of a kind a person may have, however many calls add some at once. */
import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'

/**
 * Until this transaction ends, no other transaction can count these things of this person in order to add one. `what`:
 * what is counted, such as `schedules`.
 */
export async function lockCount(db: Db, what: string, personId: string): Promise<void> {
  const name = `${what} of ${personId}`
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}
