/** How long the answers of keyed calls are kept, and how many for each actor. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { idempotencyKeys } from '../tables.ts'

/** Milliseconds for which a keyed call gets its first answer again: seven days. */
export const ANSWER_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

/** Compressed bytes of one actor's answers, above which the oldest are deleted early. */
const ANSWERS_MAX_BYTES = 256 * 1024 * 1024
const HOUR_MS = 60 * 60 * 1000
/**
 * The minimum time for which an answer is kept, however far its actor's answers exceed their limit: a day, since few
 * clients retry later, or an hour when they exceed it four times, which no client with occasional retries does.
 */
const LEAST_LIFETIMES = [
  { timesBytes: 1, leastMs: 24 * HOUR_MS },
  { timesBytes: 4, leastMs: HOUR_MS },
] as const

/** Deletes expired answers, and each actor's oldest beyond `maxBytes`; answers with their number. */
export async function deleteOldAnswers(db: Db, now: Date, maxBytes = ANSWERS_MAX_BYTES): Promise<number> {
  const tooOld = await deleteInBatches(db, idempotencyKeys, isPast(now))
  let beyond = 0
  for (const { timesBytes, leastMs } of LEAST_LIFETIMES) {
    beyond += await deleteBeyond(db, new Date(now.getTime() - leastMs), maxBytes * timesBytes)
  }
  return tooOld + beyond
}

/** Whether an answer, or a claim without one, has expired at `now`. */
export function isPast(now: Date): SQL {
  return sql`${idempotencyKeys.createdAt} <= ${new Date(now.getTime() - ANSWER_LIFETIME_MS)}`
}

async function deleteBeyond(db: Db, before: Date, maxBytes: number): Promise<number> {
  const size = sql`pg_column_size(output)`
  const actors = await db.execute<{ actorId: string }>(sql`
    select actor_id as "actorId" from ${idempotencyKeys} where state = 'answered'
    group by actor_id having sum(${size}) > ${maxBytes}`)
  let deleted = 0
  for (const { actorId } of actors) {
    const theirs = sql`actor_id = ${actorId} and state = 'answered'`
    const newestBeyond = sql`select max(created_at) from (
        select created_at, sum(${size}) over (order by created_at desc) as bytes
        from ${idempotencyKeys} where ${theirs}) as newest_first
      where bytes > ${maxBytes}`
    const which = sql`${theirs} and created_at <= ${before} and created_at <= (${newestBeyond})`
    deleted += await deleteInBatches(db, idempotencyKeys, which)
  }
  return deleted
}
