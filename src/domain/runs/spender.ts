/** Whose daily budgets a run is on. */
import { eq } from 'drizzle-orm'
import { people } from '../access/tables.ts'
import type { Spender } from '../budgets/daily.ts'
import type { RunRow } from './run.ts'
import type { Writes } from './writes.ts'

/** The day is the person's own. */
export async function spenderOf(
  { db, defaultTimeZone }: Pick<Writes, 'db' | 'defaultTimeZone'>,
  { personId, agentSlug }: RunRow,
): Promise<Spender> {
  const [person] = await db.select({ timeZone: people.timeZone }).from(people).where(eq(people.id, personId))
  return { personId, agentSlug, timeZone: person?.timeZone ?? defaultTimeZone }
}
