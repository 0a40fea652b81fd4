/** A worker's hold on a run: keeping it, and proving at every write that it is still valid. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import { type KeyStanding, lostAuthority } from '../../access/authority.ts'
import { lockKey } from '../../access/keys.ts'
import { apiKeys, people } from '../../access/tables.ts'
import { hasLostSpace } from '../../access/visible-to.ts'
import type { Db } from '../../db/db.ts'
import { readRows } from '../../db/read-rows.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import type { Writes } from '../writes.ts'
import { mustGiveWay } from './next-runs.ts'

/** A worker's hold on a run. A later hold has a higher fence, which makes this one invalid. */
export interface Hold {
  readonly runId: string
  readonly rootId: string
  readonly fence: number
  /** The key that the run acts with; undefined: it was started without one. */
  readonly keyId: string | undefined
  /** The person or the team whose budgets it spends from. */
  readonly ownerId: string
  readonly agentSlug: string
}

export function holdOf({ id, rootId, fence, starter, ownerId, agentSlug }: RunRow): Hold {
  return { runId: id, rootId, fence, keyId: starter.keyId, ownerId, agentSlug }
}

/** Why a worker leaves a run, whatever is under way. */
export class RunHalt extends AppError {}

/** This worker may not write to the run any more: another has taken it over, or it has ended. */
export class RunLost extends RunHalt {
  constructor(runId: string) {
    super('cancelled', `${runId} is worked on elsewhere now, or has ended.`)
    this.name = 'RunLost'
  }
}

/** A cancel or a pause was requested: nothing new may begin. */
export class RunStopping extends RunHalt {
  constructor(runId: string) {
    super('cancelled', `${runId} has to stop: nothing new may begin.`)
    this.name = 'RunStopping'
  }
}

/**
 * The key that the run acts with was revoked, has expired or has lost a scope, or its person may no longer change what
 * is where it works: the run ends.
 */
export class AccessRevoked extends RunHalt {
  constructor(why: string, fix = 'Retry the run with a key that has its scopes.') {
    super('forbidden', `${why} ${fix}`)
    this.name = 'AccessRevoked'
  }
}

/** A worker, and for how long it may be silent. */
export interface Claimant {
  readonly worker: string
  readonly leaseMs: number
}

/**
 * Counted from the request: a statement that waited for a lock, in a process that is frozen by then, renews nothing.
 */
const renewedEnd = (leaseMs: number) =>
  sql`greatest(${runs.leaseUntil}, statement_timestamp() + ${`${leaseMs} milliseconds`}::interval)`

/** What a heartbeat returns about a run that is still held. */
export interface Pulse {
  readonly id: string
  readonly fence: number
  readonly isStopping: boolean
  /** The key that the run acts with has been revoked. */
  readonly isRevoked: boolean
  /** Its person may no longer change what is where it works. */
  readonly isShutOut: boolean
  /** Another owner waits for its slot: see `mustGiveWay`. */
  readonly givesWay: boolean
}

/** Renews the leases of one worker. The worker has lost the runs that are not returned. */
export async function renewLeases(
  db: Db,
  runIds: readonly string[],
  { worker, leaseMs }: Claimant,
): Promise<Pulse[]> {
  if (runIds.length === 0) return []
  // Locked in the order of all writers: otherwise this and a cancel that locks a tree would wait for each other.
  const held = db
    .select({ id: runs.id })
    .from(runs)
    .where(and(inArray(runs.id, [...runIds]), eq(runs.worker, worker), eq(runs.state, 'running')))
    .orderBy(LOCK_ORDER)
    .for('update')
  return await db
    .update(runs)
    .set({ leaseUntil: renewedEnd(leaseMs) })
    .where(inArray(runs.id, held))
    .returning({
      id: runs.id,
      fence: runs.fence,
      isStopping: sql<boolean>`(${runs.cancelAskedAt} is not null or ${runs.pauseAskedAt} is not null)`,
      isRevoked: sql<boolean>`exists (select 1 from ${apiKeys} k
        left join ${people} p on p.id = k.person_id where k.id = ${runs.starter} ->> 'keyId'
        and (k.revoked_at is not null or p.deactivated_at is not null))`,
      isShutOut: sql<boolean>`${hasLostSpace(runs)}`,
      givesWay: sql<boolean>`${mustGiveWay}`,
    })
}

/**
 * The order in which several runs are locked. A parent comes before its children even if the clocks of the processes
 * that named them differ.
 */
export const LOCK_ORDER = sql`${runs.depth}, ${runs.id}`

/**
 * Locks the run, after the root of its tree, for a write of its worker.
 * @throws RunLost
 */
export async function holdRun(db: Db, { runId, rootId, fence }: Hold): Promise<RunRow> {
  const rows = await readRows(
    db,
    runs,
    sql`select * from ${runs} where ${runs.id} in (${rootId}, ${runId}) order by ${LOCK_ORDER} for update`,
  )
  const run = rows.find(({ id }) => id === runId)
  if (run?.fence !== fence || run.state !== 'running') throw new RunLost(runId)
  return run
}

/**
 * The present state of the run, for judging a call; a write proves the hold again.
 * @throws RunLost
 */
export async function readHeld(db: Db, { runId, fence }: Pick<Hold, 'runId' | 'fence'>): Promise<RunRow> {
  const [run] = await readRows(db, runs, sql`select * from ${runs} where id = ${runId}`)
  if (run?.fence !== fence || run.state !== 'running') throw new RunLost(runId)
  return run
}

/**
 * Locks run and key before something new begins.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function holdToAct(writes: Pick<Writes, 'db' | 'now'>, hold: Hold): Promise<RunRow> {
  // Sent together, run one after the other.
  const [run, key] = await Promise.all([holdRun(writes.db, hold), lockKeyOf(writes.db, hold)])
  await assertMayAct(writes, run, key)
  return run
}

/** Locks the run's key until this transaction ends; undefined: the run has no key. */
export async function lockKeyOf(db: Db, { keyId }: Hold): Promise<KeyStanding | undefined> {
  return keyId === undefined ? undefined : await lockKey(db, keyId)
}

/** @throws RunStopping, AccessRevoked */
export async function assertMayAct(
  { db, now }: Pick<Writes, 'db' | 'now'>,
  run: RunRow,
  key: KeyStanding | undefined,
): Promise<void> {
  if (run.cancelAskedAt !== null || run.pauseAskedAt !== null) throw new RunStopping(run.id)
  const why = lostAuthority(run.starter, key, now)
  if (why !== undefined) throw new AccessRevoked(why)
  await assertInSpace(db, run)
}

/** Why a run ends whose person may no longer change anything where it works. */
export function shutOut({ ownerId }: Pick<RunRow, 'ownerId'>): AccessRevoked {
  return new AccessRevoked(
    `The person for whom it works may no longer change what belongs to ${ownerId}.`,
    'Somebody who may can retry the run.',
  )
}

/** Undefined: its person may still change things there. Their own space they never lose. */
export async function findShutOut(db: Db, run: RunRow): Promise<AccessRevoked | undefined> {
  if (run.spaceId === run.personId) return undefined
  const isLost = and(eq(runs.id, run.id), hasLostSpace(runs))
  const lost = await db.select({ id: runs.id }).from(runs).where(isLost)
  return lost.length > 0 ? shutOut(run) : undefined
}

/** @throws AccessRevoked for a run whose person may no longer change anything where it works */
export async function assertInSpace(db: Db, run: RunRow): Promise<void> {
  const revoked = await findShutOut(db, run)
  if (revoked !== undefined) throw revoked
}

/** Conditions of a guarded update by the run's worker. */
export function isHeld({ runId, fence }: Hold) {
  return and(eq(runs.id, runId), eq(runs.fence, fence), eq(runs.state, 'running'))
}
