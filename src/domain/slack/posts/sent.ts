/** Where posts are at Slack. */
import { and, desc, eq, gte, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { outbox } from '../../outbox/tables.ts'
import { slackPosts } from './tables.ts'

export type SlackPostRow = typeof slackPosts.$inferSelect

export async function findPost(db: Db, id: string): Promise<SlackPostRow | undefined> {
  const [row] = await db.select().from(slackPosts).where(eq(slackPosts.id, id))
  return row
}

/** Whether it is still to be sent. */
export async function isOnItsWay(db: Db, id: string): Promise<boolean> {
  const [row] = await db
    .select({ id: outbox.eventId })
    .from(outbox)
    .innerJoin(slackPosts, eq(slackPosts.id, outbox.eventId))
    .where(
      and(
        eq(slackPosts.id, id),
        eq(outbox.receiverId, sql`'slack:' || ${slackPosts.teamId} || ':' || ${slackPosts.channel}`),
        inArray(outbox.state, ['waiting', 'sending']),
      ),
    )
  return row !== undefined
}

/** The messages that show a thing, the oldest first: those on their way too. */
export async function findPostsAbout(db: Db, about: string): Promise<SlackPostRow[]> {
  return await db.select().from(slackPosts).where(eq(slackPosts.about, about)).orderBy(slackPosts.id)
}

/** Slack has the message. */
export async function markSent(
  db: Db,
  id: string,
  { channel, ts }: { readonly channel: string; readonly ts: string | undefined },
): Promise<void> {
  await db.update(slackPosts).set({ sentTo: channel, sentTs: ts }).where(eq(slackPosts.id, id))
}

export interface Thread {
  readonly channel: string
  readonly threadTs: string
}

/** The threads in which the bot wrote last. */
export async function listRecentThreads(
  db: Db,
  teamId: string,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<Thread[]> {
  const rows = await db
    .select({ channel: slackPosts.sentTo, threadTs: slackPosts.threadTs })
    .from(slackPosts)
    .where(
      and(
        eq(slackPosts.teamId, teamId),
        gte(slackPosts.createdAt, since),
        isNotNull(slackPosts.threadTs),
        isNotNull(slackPosts.sentTo),
      ),
    )
    .groupBy(slackPosts.sentTo, slackPosts.threadTs)
    .orderBy(desc(sql`max(${slackPosts.createdAt})`))
    .limit(limit)
  return rows.flatMap(({ channel, threadTs }) =>
    channel === null || threadTs === null ? [] : [{ channel, threadTs }],
  )
}

/** Days for which a message can be edited by the id of its post. */
const KEPT_DAYS = 90
const DAY_MS = 24 * 60 * 60 * 1000

export async function deleteOldPosts(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  return await deleteInBatches(db, slackPosts, sql`created_at < ${before}`)
}
