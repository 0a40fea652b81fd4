/** What writes store besides their effect: audit entries, and the answers of calls with an idempotency key. */
import { createHash } from 'node:crypto'
import { and, eq, lte, ne, not, or, sql } from 'drizzle-orm'
import type { Claim, KeyedCall, Ledger, OutsideAttempt, OutsideClaim } from '../../../core/call/ledger.ts'
import { AppError } from '../../../core/errors.ts'
import type { Db } from '../../db/db.ts'
import { type Hearing, recordEntry } from '../record-entry.ts'
import { idempotencyKeys } from '../tables.ts'
import { isPast } from './answer-retention.ts'
import type { ShownThings } from './shown-things.ts'

export interface LedgerParts {
  /** How events are stored with an entry. */
  readonly hearing: Hearing
  readonly shown: ShownThings
}

/** Binds the ledger to a database or, for a write, to its transaction. */
export function createLedger(db: Db, { hearing, shown }: LedgerParts): Ledger {
  /** What an answered call is to its caller now: whether it gives the answer depends on what they see. */
  async function claimOf(call: KeyedCall, { inputHash, output, shows }: Answered): Promise<Claim> {
    if (inputHash !== call.inputHash) return { state: 'other_input' }
    const [id] = await shown.findHidden(db, call, shows?.join() ?? '')
    return id === undefined ? { state: 'answered', output } : { state: 'lost_sight', id }
  }

  return {
    async claim(call) {
      // Sent together, run one after the other: the read sees the state after the lock was taken or refused.
      const [[lock], [stored]] = await Promise.all([
        db.execute<{ held: boolean }>(sql`select pg_try_advisory_xact_lock(${lockOf(call)}::bigint) as held`),
        db
          .select(ANSWERED)
          .from(idempotencyKeys)
          .where(and(...isKeyOf(call), eq(idempotencyKeys.state, 'answered'), isKept(call.at))),
      ])
      if (stored) return await claimOf(call, stored)
      return lock?.held ? { state: 'mine' } : { state: 'in_progress' }
    },

    async answer(call, { output, input }) {
      const { actor, operation, key, inputHash } = call
      const answer = { inputHash, output, state: 'answered', createdAt: call.at } as const
      const shows = shown.seenAmong(call, { output, input })
      const stored = await db
        .insert(idempotencyKeys)
        .values({ actorId: actor.id, operation, key, ...answer, shows })
        .onConflictDoUpdate({
          target: KEY,
          set: { ...answer, shows: sql`excluded.shows` },
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
      if (stored?.state === 'answered') return await claimOf(call, stored)
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
  call: Pick<KeyedCall, 'operation' | 'key'> & { readonly actor: { readonly id: string } },
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
const ANSWERED = {
  inputHash: idempotencyKeys.inputHash,
  output: idempotencyKeys.output,
  shows: idempotencyKeys.shows,
}
const STANDING = { ...ANSWERED, state: idempotencyKeys.state }

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
  const { actor, operation, key } = call
  const taken = await db
    .insert(idempotencyKeys)
    .values({ actorId: actor.id, operation, key, ...claim })
    .onConflictDoUpdate({
      target: KEY,
      set: { ...claim, output: null, shows: null },
      setWhere: sql`${or(isPast(call.at), isFree, canRepeat ? isRepeat : undefined)}`,
    })
    .returning({ key: idempotencyKeys.key })
  return taken.length > 0
}

type Answered = Pick<typeof idempotencyKeys.$inferSelect, keyof typeof ANSWERED>

interface Standing {
  readonly inputHash: string
  readonly state: (typeof idempotencyKeys.$inferSelect)['state']
  readonly isStale: boolean | null
}

/** Why a call may not be made that was not answered. */
function refusal(
  stored: Standing | undefined,
  { inputHash }: KeyedCall,
  { canRepeat, resumes }: OutsideAttempt,
): OutsideClaim {
  if (stored === undefined && resumes && !canRepeat) return { state: 'unknown' }
  // The state changed at this very moment: the next call will see it.
  if (stored === undefined || stored.state === 'free') return { state: 'in_progress' }
  if (stored.inputHash !== inputHash) return { state: 'other_input' }
  const isOver = stored.state === 'broken_off' || resumes || stored.isStale
  return !canRepeat && isOver ? { state: 'unknown' } : { state: 'in_progress' }
}

function isKept(now: Date) {
  return not(isPast(now))
}

type KeyOfCall = Parameters<typeof freeCall>[1]

function isKeyOf({ actor, operation, key }: KeyOfCall) {
  return [
    eq(idempotencyKeys.actorId, actor.id),
    eq(idempotencyKeys.operation, operation),
    eq(idempotencyKeys.key, key),
  ]
}

/** The advisory lock of a keyed call: 64 bits of a hash; two calls that share one only wait for each other. */
function lockOf({ actor, operation, key }: KeyedCall): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([actor.id, operation, key]))
    .digest()
  return digest.readBigInt64BE().toString()
}
