/**
 * Keys of runs: with one, a process that carries a run out calls operations as that run. A key is bound to the hold of
 * the run's worker, and is valid for exactly as long as that worker holds the run: no later worker, no parked run and
 * no ended run has a key.
 */
import { and, eq, gt, isNull, not, notExists, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../../../core/operation/actor.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { lostAuthority } from '../../access/authority.ts'
import { hashKey, makeRunKey } from '../../access/key-form.ts'
import type { RunOfKey } from '../../access/keyring.ts'
import { findEndedKeys, PERSON_STANDING } from '../../access/keys.ts'
import { apiKeys, people } from '../../access/tables.ts'
import { hasLostSpace } from '../../access/visible-to.ts'
import { operationsInPhase } from '../../agents/spec/grants.ts'
import type { Db } from '../../db/db.ts'
import type { RunRow } from '../run.ts'
import { phaseOf } from '../states.ts'
import { runKeys, runs } from '../tables.ts'
import type { Writes } from '../writes.ts'
import { actorOf } from './acting-run.ts'
import { type Hold, holdToAct } from './hold-run.ts'

/**
 * Creates a key for a run and ends its earlier one. Only the hash is stored.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function createRunKey(writes: Writes, hold: Hold): Promise<string> {
  await holdToAct(writes, hold)
  const key = makeRunKey()
  const made = { id: writes.newId('key'), hash: hashKey(key), fence: hold.fence, createdAt: writes.now }
  await writes.db
    .insert(runKeys)
    .values({ runId: hold.runId, ...made })
    .onConflictDoUpdate({ target: runKeys.runId, set: made })
  return key
}

/** A key is valid while the worker that made it holds the run, no stop was requested, and its person has the space. */
const isHeldByMaker = and(
  eq(runs.id, runKeys.runId),
  eq(runs.fence, runKeys.fence),
  eq(runs.state, 'running'),
  gt(runs.leaseUntil, sql`clock_timestamp()`),
  isNull(runs.cancelAskedAt),
  isNull(runs.pauseAskedAt),
  not(hasLostSpace(runs)),
)

/** The run of each valid key, with the key that the run was started with. */
function findGood(db: Db, isAsked: SQL) {
  return db
    .select({ id: runKeys.id, hash: runKeys.hash, run: runs, starterKey: apiKeys, person: PERSON_STANDING })
    .from(runKeys)
    .innerJoin(runs, isHeldByMaker)
    .leftJoin(apiKeys, sql`${apiKeys.id} = ${runs.starter} ->> 'keyId'`)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(isAsked)
}

type Good = Awaited<ReturnType<typeof findGood>>[number]

function hasAuthority({ run, starterKey, person }: Good, now: Date): boolean {
  return lostAuthority(run.starter, starterKey ? { ...starterKey, person } : undefined, now) === undefined
}

interface Lookup {
  readonly operations: readonly Operation[]
  readonly now: Date
}

/** The runs whose valid keys have these hashes, with what each may call now. */
export async function findRunsByKey(
  db: Db,
  hashes: readonly string[],
  { operations, now }: Lookup,
): Promise<RunOfKey[]> {
  const good = await findGood(db, sql`${runKeys.hash} = any(string_to_array(${hashes.join(',')}, ','))`)
  return good
    .filter((each) => hasAuthority(each, now))
    .map(({ id, hash, run }) => ({ hash, actor: actorWithKey(run, id, operations) }))
}

function actorWithKey(run: RunRow, keyId: string, all: readonly Operation[]): Actor {
  const { agent, fence } = run
  const actor = actorOf(run)
  const operations = operationsInPhase({ tools: agent.tools, scopes: actor.scopes }, all, phaseOf(run))
  return { ...actor, keyId, run: { fence, operations: operations.map(({ name }) => name) } }
}

/** The ids of the keys of these actors that are no longer valid. */
export async function findEndedAccess(db: Db, actors: readonly Actor[], now: Date): Promise<string[]> {
  const plain = actors.filter(({ run }) => run === undefined)
  const ofRuns = actors.flatMap(({ run, keyId }) => (run === undefined || keyId === undefined ? [] : keyId))
  return [...(await findEndedKeys(db, plain, now)), ...(await findEndedRunKeys(db, ofRuns, now))]
}

async function findEndedRunKeys(db: Db, keyIds: readonly string[], now: Date): Promise<string[]> {
  if (keyIds.length === 0) return []
  const good = await findGood(db, sql`${runKeys.id} = any(string_to_array(${keyIds.join(',')}, ','))`)
  const live = new Set(good.filter((each) => hasAuthority(each, now)).map(({ id }) => id))
  return keyIds.filter((keyId) => !live.has(keyId))
}

/** Deletes keys that are no longer valid. Answers with their number. */
export async function deleteEndedRunKeys(db: Db): Promise<number> {
  const holder = db.select({ id: runs.id }).from(runs).where(isHeldByMaker)
  const deleted = await db.delete(runKeys).where(notExists(holder))
  return deleted.count
}
