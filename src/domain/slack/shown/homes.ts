/** Home tabs that people have opened, and what each of them shows. */
import { and, desc, eq, gte, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { slackHomes } from './tables.ts'

export type SlackHomeRow = typeof slackHomes.$inferSelect

type Key = Pick<SlackHomeRow, 'teamId' | 'userId'>

function isAt({ teamId, userId }: Key) {
  return and(eq(slackHomes.teamId, teamId), eq(slackHomes.userId, userId))
}

export async function findHome(db: Db, key: Key): Promise<SlackHomeRow | undefined> {
  const [row] = await db.select().from(slackHomes).where(isAt(key))
  return row
}

/** Its user looks at it now. */
export async function noteOpened(db: Db, { teamId, userId }: Key, now: Date): Promise<void> {
  await db
    .insert(slackHomes)
    .values({ teamId, userId, openedAt: now })
    .onConflictDoUpdate({ target: [slackHomes.teamId, slackHomes.userId], set: { openedAt: now } })
}

/** Somebody who uses their home looks at it. */
export async function noteUsed(db: Db, key: Key, now: Date): Promise<void> {
  await db.update(slackHomes).set({ openedAt: now }).where(isAt(key))
}

/** Slack shows something else than what was drawn: it is drawn again. */
export async function noteStale(db: Db, key: Key): Promise<void> {
  await db.update(slackHomes).set({ digest: null }).where(isAt(key))
}

/** Slack's mark of what it shows is another than this one: the next drawing is made without a mark. */
export async function forgetHash(db: Db, key: Key, hash: string): Promise<void> {
  await db
    .update(slackHomes)
    .set({ hash: null, digest: null })
    .where(and(isAt(key), eq(slackHomes.hash, hash)))
}

/** Slack shows this now. */
export async function noteDrawn(
  db: Db,
  key: Key,
  drawn: Pick<SlackHomeRow, 'digest' | 'hash'>,
): Promise<void> {
  await db.update(slackHomes).set(drawn).where(isAt(key))
}

/** Minutes for which a home that was opened is kept up to date. */
const OPEN_MINUTES = 15
const MINUTE_MS = 60_000

/** Those that may still be open, the last ones first. */
export async function listOpenHomes(db: Db, now: Date, limit: number): Promise<SlackHomeRow[]> {
  const since = new Date(now.getTime() - OPEN_MINUTES * MINUTE_MS)
  const isOpen = gte(slackHomes.openedAt, since)
  return await db.select().from(slackHomes).where(isOpen).orderBy(desc(slackHomes.openedAt)).limit(limit)
}

/** Days after which a home that nobody opens is forgotten. */
const KEPT_DAYS = 90

export async function deleteOldHomes(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * 24 * 60 * MINUTE_MS)
  return await deleteInBatches(db, slackHomes, sql`opened_at < ${before}`)
}
