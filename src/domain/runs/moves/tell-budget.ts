/** Tells the owner of a run that waits for a daily budget: once a day, however many runs wait. */
import { sql } from 'drizzle-orm'
import { WHOLE_PERSON } from '../../budgets/budget.ts'
import { RESERVED_RETRY_MS } from '../../budgets/daily.ts'
import { spending } from '../../budgets/tables.ts'
import { localDate } from '../../time/clock.ts'
import type { RunRow } from '../run.ts'
import { budgetEvent } from '../run-events.ts'
import { spenderOf } from '../spender.ts'
import type { RunReason } from '../states.ts'
import type { Move, Writes } from '../writes.ts'

/** Why a run waits, and until when. */
interface Wait {
  readonly reason: RunReason
  readonly detail?: string | null
  readonly resumeAt?: Date
}

/** What a move adds to tell it; nothing where only the reservations of others are in the way, which passes. */
export async function budgetNews(
  writes: Writes,
  run: RunRow,
  { reason, detail, resumeAt }: Wait,
): Promise<Pick<Move, 'before' | 'emits'>> {
  const { now } = writes
  if (reason !== 'budget' || resumeAt === undefined) return {}
  if (resumeAt.getTime() - now.getTime() <= RESERVED_RETRY_MS) return {}
  const { timeZone } = await spenderOf(writes, run)
  const first = sql`first_today as (update ${spending} set is_told = true where person_id = ${run.ownerId}
    and agent_slug = ${WHOLE_PERSON} and day = ${localDate({ now, timeZone })}::date and not is_told returning 1)`
  const told = { because: detail ?? '', resumeAt: resumeAt.toISOString() }
  const concerns = sql`case when exists (select from first_today) then array[moved.owner_id] end`
  return { before: [first], emits: [budgetEvent(writes, told, concerns)] }
}
