/** A message of the bot as it was posted, for as long as its delivery is kept. */
import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { outbox } from '../../outbox/tables.ts'
import type { MessagePost, ResponsePost } from '../post.ts'
import { readPost, receiverOf } from '../posts/rows.ts'
import { findPost } from '../posts/sent.ts'

/** Undefined: it is unknown, or was posted too long ago. */
export async function findShownMessage(
  db: Db,
  postId: string,
): Promise<MessagePost | ResponsePost | undefined> {
  const post = await findPost(db, postId)
  if (post === undefined) return undefined
  const { teamId, channel } = post
  const receivers = (['message', 'response'] as const).map((kind) => receiverOf({ kind, teamId, channel }))
  const isIts = and(inArray(outbox.receiverId, receivers), eq(outbox.eventId, postId))
  const [row] = await db.select({ payload: outbox.payload }).from(outbox).where(isIts)
  const stored = row && readPost(row)
  return stored?.kind === 'message' || stored?.kind === 'response' ? stored : undefined
}
