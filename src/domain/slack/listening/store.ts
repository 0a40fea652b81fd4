/** What listeners note of themselves, so that a gap in which nobody heard Slack is recognized. */
import { lt, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { slackListeners } from './tables.ts'

export type Listener = typeof slackListeners.$inferSelect

export interface Noted extends Pick<Listener, 'id' | 'connections' | 'trouble'> {
  readonly now: Date
}

export async function noteListener(db: Db, { id, connections, trouble, now }: Noted): Promise<void> {
  const heard = connections > 0 ? { heardAt: now } : {}
  const noted = { connections, trouble, notedAt: now, ...heard }
  await db
    .insert(slackListeners)
    .values({ id, ...noted })
    .onConflictDoUpdate({ target: slackListeners.id, set: noted })
}

/** When any gateway last heard Slack; undefined: none has. */
export async function findLastHeard(db: Db): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: sql<Date | null>`max(${slackListeners.heardAt})`.mapWith(slackListeners.heardAt) })
    .from(slackListeners)
  return row?.at ?? undefined
}

/** Milliseconds after which a listener that notes nothing is gone. */
const GONE_AFTER_MS = 30_000

/** Those that run now. */
export async function listListeners(db: Db, now: Date): Promise<Listener[]> {
  const since = new Date(now.getTime() - GONE_AFTER_MS)
  return await db.select().from(slackListeners).where(sql`${slackListeners.notedAt} > ${since}`)
}

/** Forgets those that are gone. Ask for the last moment first. */
export async function forgetListeners(db: Db, now: Date): Promise<void> {
  await db.delete(slackListeners).where(lt(slackListeners.notedAt, new Date(now.getTime() - GONE_AFTER_MS)))
}
