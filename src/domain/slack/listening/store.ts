/** What listeners note of themselves, so that a gap in which nobody heard Slack is recognized. */
import { gte, lt, ne, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { slackListeners } from './tables.ts'

export type Listener = typeof slackListeners.$inferSelect

export interface Noted extends Omit<Listener, 'notedAt'> {
  readonly now: Date
}

export async function noteListener(db: Db, { id, now, ...rest }: Noted): Promise<void> {
  const noted = { ...rest, notedAt: now }
  await db
    .insert(slackListeners)
    .values({ id, ...noted })
    .onConflictDoUpdate({ target: slackListeners.id, set: noted })
}

/** Milliseconds after which a listener that notes nothing is gone. */
const GONE_AFTER_MS = 30_000

/** What the other gateways have heard. */
export interface Silence {
  /** When any of them last heard Slack; undefined: none has. */
  readonly heardAt: Date | undefined
  /** The beginning of a gap whose reader is gone; undefined: there is none. */
  readonly gapSince: Date | undefined
  /** Whether one of them reads a gap now. */
  readonly isRead: boolean
}

/** What the gateways besides `id` have heard. */
export async function findSilence(
  db: Db,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<Silence> {
  const { heardAt, gapSince, notedAt } = slackListeners
  const isGone = lt(notedAt, goneBefore(now))
  const [row] = await db
    .select({
      heardAt: sql<Date | null>`max(${heardAt})`.mapWith(heardAt),
      gapSince: sql<Date | null>`min(${gapSince}) filter (where ${isGone})`.mapWith(gapSince),
      isRead: sql<boolean>`coalesce(bool_or(${gapSince} is not null and not (${isGone})), false)`,
    })
    .from(slackListeners)
    .where(ne(slackListeners.id, id))
  return {
    heardAt: row?.heardAt ?? undefined,
    gapSince: row?.gapSince ?? undefined,
    isRead: row?.isRead ?? false,
  }
}

/** Those that run now. */
export async function listListeners(db: Db, now: Date): Promise<Listener[]> {
  return await db
    .select()
    .from(slackListeners)
    .where(gte(slackListeners.notedAt, goneBefore(now)))
}

/** Forgets those that are gone. Ask for the last moment first. */
export async function forgetListeners(db: Db, now: Date): Promise<void> {
  await db.delete(slackListeners).where(lt(slackListeners.notedAt, goneBefore(now)))
}

function goneBefore(now: Date): Date {
  return new Date(now.getTime() - GONE_AFTER_MS)
}
