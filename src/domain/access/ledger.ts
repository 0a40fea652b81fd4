/** What writes store besides their effect: audit entries, and the answers of calls with an idempotency key. */
import { createHash } from 'node:crypto'
import { and, eq, lte, ne, not, or, sql } from 'drizzle-orm'
import type { KeyedCall, Ledger, OutsideAttempt, OutsideClaim } from '../../core/call/ledger.ts'
import { AppError } from '../../core/errors.ts'
import type { Db } from '../db/db.ts'
import { isPast } from './answer-retention.ts'
import { type Hearing, recordEntry } from './record-entry.ts'
import { idempotencyKeys } from './tables.ts'

/** Binds the ledger to a database or, for a write, to its transaction. `hearing`: how events are stored with an entry. */
export function createLedger(db: Db, hearing: Hearing): Ledger {
  return {
    async claim(call) {
      // Sent together, run one after the other: the read sees the state after the lock was taken or refused.
      const [[lock], [stored]] = await Promise.all([
        db.execute<{ held: boolean }>(sql`select pg_try_advisory_xact_lock(${lockOf(call)}::bigint) as held`),
        db
          .select({ inputHash: idempotencyKeys.inputHash, output: idempotencyKeys.output })
          .from(idempotencyKeys)
          .where(and(...isKeyOf(call), eq(idempotencyKeys.state, 'answered'), isKept(call.at))),
      ])
      if (stored) {
        return stored.inputHash === call.inputHash
          ? { state: 'answered', output: stored.output }
          : { state: 'other_input' }
      }
      return lock?.held ? { state: 'mine' } : { state: 'in_progress' }
    },

    async answer(call, output) {
      const answer = { inputHash: call.inputHash, output, state: 'answered', createdAt: call.at } as const
      const { actorId, operation, key } = call
      const stored = await db
        .insert(idempotencyKeys)
        .values({ actorId, operation, key, ...answer })
        .onConflictDoUpdate({
          target: KEY,
          set: answer,
          // An expired answer gives way; one that is still valid belongs to another call, and this one must not replace
          // it.
          setWhere: sql`${or(ne(idempotencyKeys.state, 'answered'), isPast(call.at))}`,
        })
        .returning({ key: idempotencyKeys.key })
      if (stored.length > 0) return
      throw new AppError('in_progress', 'Another call with this idempotency key has just been answered.', {
        fix: 'Call again with the same key to get its answer.',
      })
    },

    async begin(call, attempt) {
      if (await takeCall(db, call, attempt)) return { state: 'mine' }
      const [stored] = await db
        .select({ ...STANDING, isStale: sql<boolean>`${idempotencyKeys.staleAt} < clock_timestamp()` })
        .from(idempotencyKeys)
        .where(and(...isKeyOf(call), isKept(call.at)))
      return refusal(stored, call, attempt)
    },

    async leave(call, attemptId, how) {
      await db
        .update(idempotencyKeys)
        .set({ state: how })
        .where(
          and(
            ...isKeyOf(call),
            eq(idempotencyKeys.attemptId, attemptId),
            ne(idempotencyKeys.state, 'answered'),
          ),
        )
    },

    record: (entry) => recordEntry(db, entry, hearing),
  }
}

/**
 * Allows an interrupted call to be repeated under its key, once a person has checked that it was not done. A call that
 * has been answered after all keeps its answer.
 */
export async function freeCall(
  db: Db,
  call: Pick<KeyedCall, 'actorId' | 'operation' | 'key'>,
): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ state: 'free' })
    .where(and(...isKeyOf(call), ne(idempotencyKeys.state, 'answered')))
}

/**
 * Lets every call count as interrupted that was reaching outside. For a store that only one process can open, when it
 * opens it: the process that made the call is dead.
 */
export async function endCalls(db: Db): Promise<void> {
  const isUnderWay = eq(idempotencyKeys.state, 'under_way')
  await db.update(idempotencyKeys).set({ staleAt: sql`clock_timestamp()` }).where(isUnderWay)
}

const KEY = [idempotencyKeys.actorId, idempotencyKeys.operation, idempotencyKeys.key]
const STANDING = {
  inputHash: idempotencyKeys.inputHash,
  output: idempotencyKeys.output,
  state: idempotencyKeys.state,
}

/** Claims the call if it may be made: one statement, so that exactly one of two racing calls wins. */
async function takeCall(db: Db, call: KeyedCall, attempt: OutsideAttempt): Promise<boolean> {
  const { id, canRepeat, resumes, staleAfterMs } = attempt
  const claim = {
    inputHash: call.inputHash,
    state: 'under_way',
    attemptId: id,
    staleAt: sql`clock_timestamp() + ${`${staleAfterMs} milliseconds`}::interval`,
    createdAt: call.at,
  } as const
  // The attempt's own claim: it was committed, but the confirmation was lost.
  const isFree = or(eq(idempotencyKeys.state, 'free'), eq(idempotencyKeys.attemptId, id))
  if (resumes && !canRepeat) {
    // An attempt that left no trace in time: it is no longer known whether the work was done.
    const freed = await db
      .update(idempotencyKeys)
      .set(claim)
      .where(and(...isKeyOf(call), isFree))
      .returning({ key: idempotencyKeys.key })
    return freed.length > 0
  }
  const isOver = or(
    eq(idempotencyKeys.state, 'broken_off'),
    lte(idempotencyKeys.staleAt, sql`clock_timestamp()`),
  )
  const isRepeat = and(
    ne(idempotencyKeys.state, 'answered'),
    eq(idempotencyKeys.inputHash, call.inputHash),
    resumes ? undefined : isOver,
  )
  const { actorId, operation, key } = call
  const taken = await db
    .insert(idempotencyKeys)
    .values({ actorId, operation, key, ...claim })
    .onConflictDoUpdate({
      target: KEY,
      set: { ...claim, output: null },
      setWhere: sql`${or(isPast(call.at), isFree, canRepeat ? isRepeat : undefined)}`,
    })
    .returning({ key: idempotencyKeys.key })
  return taken.length > 0
}

interface Standing {
  readonly inputHash: string
  readonly output: unknown
  readonly state: (typeof idempotencyKeys.$inferSelect)['state']
  readonly isStale: boolean | null
}

/** Why a call may not be made. */
function refusal(
  stored: Standing | undefined,
  { inputHash }: KeyedCall,
  { canRepeat, resumes }: OutsideAttempt,
): OutsideClaim {
  if (stored === undefined && resumes && !canRepeat) return { state: 'unknown' }
  // The state changed at this very moment: the next call will see it.
  if (stored === undefined || stored.state === 'free') return { state: 'in_progress' }
  if (stored.inputHash !== inputHash) return { state: 'other_input' }
  if (stored.state === 'answered') return { state: 'answered', output: stored.output }
  const isOver = stored.state === 'broken_off' || resumes || stored.isStale
  return !canRepeat && isOver ? { state: 'unknown' } : { state: 'in_progress' }
}

function isKept(now: Date) {
  return not(isPast(now))
}

function isKeyOf({ actorId, operation, key }: Pick<KeyedCall, 'actorId' | 'operation' | 'key'>) {
  return [
    eq(idempotencyKeys.actorId, actorId),
    eq(idempotencyKeys.operation, operation),
    eq(idempotencyKeys.key, key),
  ]
}

/** The advisory lock of a keyed call: 64 bits of a hash; two calls that share one only wait for each other. */
function lockOf({ actorId, operation, key }: KeyedCall): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([actorId, operation, key]))
    .digest()
  return digest.readBigInt64BE().toString()
}
