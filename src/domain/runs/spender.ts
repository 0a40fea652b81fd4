/** The daily budgets that a run counts on. */
import { sql } from 'drizzle-orm'
import { people } from '../access/tables.ts'
import { WHOLE_PERSON } from '../budgets/budget.ts'
import type { Spender } from '../budgets/daily.ts'
import { budgets } from '../budgets/tables.ts'
import type { RunRow } from './run.ts'
import type { Writes } from './writes.ts'

/** A spender, and whether any daily budget limits them. */
interface LimitedSpender extends Spender {
  readonly isLimited: boolean
}

/** The day is the owner's own; that of a team is the gateway's. */
export async function spenderOf(
  { db, defaultTimeZone }: Pick<Writes, 'db' | 'defaultTimeZone'>,
  { ownerId, agentSlug }: Pick<RunRow, 'ownerId' | 'agentSlug'>,
): Promise<LimitedSpender> {
  const [found] = await db.execute<{ time_zone: string | null; is_limited: boolean }>(sql`
    select (select time_zone from ${people} where id = ${ownerId}) as time_zone,
      exists (select from ${budgets} where person_id = ${ownerId}
        and agent_slug in (${WHOLE_PERSON}, ${agentSlug})) as is_limited`)
  if (found === undefined) throw new Error('a select without a table answered no row')
  return {
    ownerId,
    agentSlug,
    timeZone: found.time_zone ?? defaultTimeZone,
    isLimited: found.is_limited,
  }
}
