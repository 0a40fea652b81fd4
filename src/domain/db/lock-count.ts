/** Keeps a limit on how many of something a person may have, however many calls add at once. */
import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'

/** What is counted for each person. */
export type Counted = 'agents' | 'budgets' | 'schedules' | 'templates'

/** Lets no other transaction count these things of this person, to add one, until this transaction ends. */
export async function lockCount(db: Db, what: Counted, personId: string): Promise<void> {
  const name = `${what} of ${personId}`
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}
