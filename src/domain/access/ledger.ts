/** What writes leave behind: the audit, and the answers of calls that carry an idempotency key. */
import { createHash } from 'node:crypto'
import { and, eq, gt, lte, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { KeyedCall, Ledger } from '../../core/ledger.ts'
import type { Db } from '../db.ts'
import { auditEntries, idempotencyKeys } from './tables.ts'

/** Milliseconds for which a keyed call is answered with its first answer: seven days. */
export const ANSWER_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

/** Binds the ledger to a database or, for a write, to its transaction. */
export function createLedger(db: Db): Ledger {
  return {
    async claim(call) {
      // Sent together, run one after the other: what is read is what stands once the lock is held or refused.
      const [[lock], [stored]] = await Promise.all([
        db.execute<{ held: boolean }>(sql`select pg_try_advisory_xact_lock(${lockOf(call)}::bigint) as held`),
        db
          .select({ inputHash: idempotencyKeys.inputHash, output: idempotencyKeys.output })
          .from(idempotencyKeys)
          .where(and(...isKeyOf(call), gt(idempotencyKeys.createdAt, oldestAnswer(call.at)))),
      ])
      if (stored) {
        return stored.inputHash === call.inputHash
          ? { state: 'answered', output: stored.output }
          : { state: 'other_input' }
      }
      return lock?.held ? { state: 'mine' } : { state: 'in_progress' }
    },

    async answer(call, output) {
      const answer = { inputHash: call.inputHash, output, createdAt: call.at }
      const { actorId, operation, key } = call
      const stored = await db
        .insert(idempotencyKeys)
        .values({ actorId, operation, key, ...answer })
        .onConflictDoUpdate({
          target: [idempotencyKeys.actorId, idempotencyKeys.operation, idempotencyKeys.key],
          set: answer,
          // An answer whose time has passed gives way; one that stands was another call's, and this one must not.
          setWhere: lte(idempotencyKeys.createdAt, oldestAnswer(call.at)),
        })
        .returning({ key: idempotencyKeys.key })
      if (stored.length > 0) return
      throw new AppError('in_progress', 'Another call with this idempotency key has just been answered.', {
        fix: 'Call again with the same key to get its answer.',
      })
    },

    async record({ actor, input, ...entry }) {
      // Written out: every write runs it, and building it from the table takes a third of the time it needs in all.
      await db.execute(sql`insert into ${auditEntries} (id, at, actor_kind, actor_id, person_id, key_id, door,
          operation, input, outcome, duration_ms, request_id)
        values (${entry.id}, ${entry.at}, ${actor.kind}, ${actor.id}, ${actor.personId}, ${actor.keyId ?? null},
          ${entry.door}, ${entry.operation}, ${JSON.stringify(input)}, ${entry.outcome}, ${entry.durationMs},
          ${entry.requestId})`)
    },
  }
}

/** Deletes the answers whose time has passed; answers with how many. */
export async function deleteOldAnswers(db: Db, now: Date): Promise<number> {
  const deleted = await db.delete(idempotencyKeys).where(lte(idempotencyKeys.createdAt, oldestAnswer(now)))
  return deleted.count
}

function oldestAnswer(now: Date): Date {
  return new Date(now.getTime() - ANSWER_LIFETIME_MS)
}

function isKeyOf({ actorId, operation, key }: KeyedCall) {
  return [
    eq(idempotencyKeys.actorId, actorId),
    eq(idempotencyKeys.operation, operation),
    eq(idempotencyKeys.key, key),
  ]
}

/** The advisory lock of a keyed call: 64 bits of a hash; two calls that share one only make each other wait. */
function lockOf({ actorId, operation, key }: KeyedCall): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([actorId, operation, key]))
    .digest()
  return digest.readBigInt64BE().toString()
}
