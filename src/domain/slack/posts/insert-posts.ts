/** Stores posts in the transaction of the write that causes them, to be sent once. */
import { and, eq, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { outbox } from '../../outbox/tables.ts'
import type { EditPost, MessagePost, Post, ResponsePost } from '../post.ts'
import { messageOf, receiverOf, rowOfPost } from './rows.ts'
import { slackPosts } from './tables.ts'

type Writer = Pick<Context, 'db' | 'now' | 'newId'>

/**
 * Answers with the id of each post; that of a message names it in later edits. Let watchers know of `POSTS_CHANGE` after
 * the commit.
 */
export async function insertPosts(writer: Writer, posts: readonly Post[]): Promise<string[]> {
  const ids: string[] = []
  for (const post of posts) {
    const id = writer.newId('event')
    ids.push(id)
    if (post.kind === 'message') await insertMessage(writer, id, post)
    else if (post.kind === 'edit') await insertEdit(writer, id, post)
    else if (post.kind === 'file') await insertRow(writer, id, post)
    else await insertResponse(writer, id, post)
  }
  return ids
}

async function insertMessage(writer: Writer, id: string, post: MessagePost): Promise<void> {
  const { teamId, channel, threadTs, onlyFor, about } = post
  await writer.db
    .insert(slackPosts)
    .values({ id, teamId, channel, threadTs, onlyFor, about, createdAt: writer.now })
  await insertRow(writer, id, post)
}

/** One that is a message of its own is kept as such: its buttons are looked up with it. */
async function insertResponse(writer: Writer, id: string, post: ResponsePost): Promise<void> {
  const { teamId, channel, onlyFor, original } = post
  if (original === undefined && onlyFor !== undefined)
    await writer.db.insert(slackPosts).values({ id, teamId, channel, onlyFor, createdAt: writer.now })
  await insertRow(writer, id, post)
}

/** Of the edits of one message that wait, only the last one is sent. */
async function insertEdit(writer: Writer, id: string, post: EditPost): Promise<void> {
  if (await isFolded(writer, post)) return
  if (!(await isCoalesced(writer, post))) await insertRow(writer, id, post)
}

/** Whether the message was not tried yet, and now has the words of the edit. */
async function isFolded({ db }: Writer, { teamId, channel, of, text, blocks }: EditPost): Promise<boolean> {
  if (!('postId' in of)) return false
  const receiverId = receiverOf({ kind: 'message', teamId, channel })
  const isUntried = and(eq(outbox.state, 'waiting'), eq(outbox.attempts, 0))
  const folded = await db
    .update(outbox)
    .set({ payload: sql`(${outbox.payload} - 'blocks') || ${JSON.stringify({ text, blocks })}::jsonb` })
    .where(and(eq(outbox.receiverId, receiverId), eq(outbox.eventId, of.postId), isUntried))
    .returning({ id: outbox.eventId })
  return folded.length > 0
}

async function isCoalesced({ db }: Writer, edit: EditPost): Promise<boolean> {
  const isWaiting = eq(outbox.state, 'waiting')
  const isOfMessage = and(eq(outbox.receiverId, receiverOf(edit)), eq(outbox.thing, messageOf(edit)))
  const coalesced = await db
    .update(outbox)
    .set({ payload: edit })
    .where(and(isOfMessage, isWaiting))
    .returning({ id: outbox.eventId })
  return coalesced.length > 0
}

async function insertRow({ db, now }: Writer, id: string, post: Post) {
  await db.insert(outbox).values(rowOfPost(post, { id, at: now }))
}
