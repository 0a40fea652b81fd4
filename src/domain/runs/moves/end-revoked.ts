/**
 * Ends idle runs whose key has lost its authority, or whose person has lost the space where they work; a run that is being
 * worked on is ended by its worker.
 */
import { and, eq, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import { lostAuthority } from '../../access/authority.ts'
import { lockKey } from '../../access/keys.ts'
import { apiKeys, people } from '../../access/tables.ts'
import { hasLostSpace } from '../../access/visible-to.ts'
import type { Db } from '../../db/db.ts'
import { AccessRevoked, findShutOut, LOCK_ORDER } from '../hold/hold-run.ts'
import { lockTree } from '../hold/run-tree.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import type { Writes } from '../writes.ts'
import { finishRun } from './end-run.ts'

/** Runs that one query returns. */
const BATCH = 100

const IDLE_STATES = ['queued', 'waiting'] as const

/** Queued and waiting runs that may not continue, parents before their children. */
export async function findRevoked(db: Db, now: Date): Promise<Pick<RunRow, 'id' | 'rootId'>[]> {
  const keyId = sql`${runs.starter} ->> 'keyId'`
  return await db
    .select({ id: runs.id, rootId: runs.rootId })
    .from(runs)
    .leftJoin(apiKeys, eq(apiKeys.id, keyId))
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(
      and(
        inArray(runs.state, [...IDLE_STATES]),
        isNull(runs.cancelAskedAt),
        or(
          isNotNull(apiKeys.revokedAt),
          lte(apiKeys.expiresAt, now),
          isNotNull(people.deactivatedAt),
          hasLostSpace(runs),
        ),
      ),
    )
    .orderBy(LOCK_ORDER)
    .limit(BATCH)
}

/** Ends such a run, and everything it delegated, unless it has changed state in the meantime. */
export async function endRevoked(
  writes: Writes,
  { id, rootId }: Pick<RunRow, 'id' | 'rootId'>,
): Promise<void> {
  const tree = await lockTree(writes.db, rootId)
  const run = tree.find((each) => each.id === id)
  if (run === undefined || run.cancelAskedAt !== null) return
  if (!IDLE_STATES.some((state) => state === run.state)) return
  const detail = await whyRevoked(writes, run)
  if (detail === undefined) return
  await finishRun(writes, { tree, run, ending: { state: 'failed', reason: 'access_revoked', detail } })
}

async function whyRevoked({ db, now }: Writes, run: RunRow): Promise<string | undefined> {
  const { keyId } = run.starter
  const lost = keyId === undefined ? undefined : lostAuthority(run.starter, await lockKey(db, keyId), now)
  if (lost !== undefined) return new AccessRevoked(lost).message
  return (await findShutOut(db, run))?.message
}
