/** Conversations in the database. A door that changes one has found out who may. */
import { and, desc, eq, gte, inArray, isNotNull, lt, or, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { conversationMessages, conversations } from './tables.ts'

export type Conversation = typeof conversations.$inferSelect
export type SaidMessage = typeof conversationMessages.$inferSelect

/** Milliseconds for which a conversation is kept in which nobody says anything. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000

export async function findConversation(db: Db, id: string): Promise<Conversation | undefined> {
  const [row] = await db.select().from(conversations).where(eq(conversations.id, id))
  return row
}

/** One that nobody has begun. It is stored with its first turn. */
export function newConversation(id: string, spaceId: string, now: Date): Conversation {
  return {
    ...{ id, spaceId, state: null, taskId: null, taskFor: null },
    ...{ version: 0, startedAt: now, updatedAt: now },
  }
}

export type Changed = Partial<Pick<Conversation, 'state' | 'taskId' | 'taskFor'>>

/**
 * Stores a change of a conversation as it was read.
 * @throws AppError `unavailable` when it was changed since then: the turn has to be taken again
 */
export async function saveConversation(
  db: Db,
  read: Conversation,
  changed: Changed & { now: Date },
): Promise<void> {
  const { now, ...set } = changed
  const isSaved =
    read.version === 0
      ? await db
          .insert(conversations)
          .values({ ...read, ...set, version: 1, updatedAt: now })
          .onConflictDoNothing()
          .returning({ id: conversations.id })
      : await db
          .update(conversations)
          .set({ ...set, version: read.version + 1, updatedAt: now })
          .where(and(eq(conversations.id, read.id), eq(conversations.version, read.version)))
          .returning({ id: conversations.id })
  if (isSaved.length === 0) throw new AppError('unavailable', 'The conversation has changed meanwhile.')
}

/** The work of a conversation has ended; answers whether nobody has said so before. */
export async function endTask(db: Db, { id, taskId }: Conversation, now: Date): Promise<boolean> {
  if (taskId === null) return false
  const ended = await db
    .update(conversations)
    .set({ taskId: null, taskFor: null, version: sql`${conversations.version} + 1`, updatedAt: now })
    .where(and(eq(conversations.id, id), eq(conversations.taskId, taskId)))
    .returning({ id: conversations.id })
  return ended.length > 0
}

/** Conversations with work that was under way when anybody looked last. */
export async function listWithTask(db: Db, limit: number): Promise<Conversation[]> {
  return await db
    .select()
    .from(conversations)
    .where(isNotNull(conversations.taskId))
    .orderBy(conversations.taskId)
    .limit(limit)
}

export type NewMessage = Pick<SaidMessage, 'id' | 'personId' | 'isOurs' | 'isAddressed' | 'text' | 'saidAt'>

/** Adds messages to a conversation; one that is there stays as it is. */
export async function addMessages(
  db: Db,
  conversationId: string,
  messages: readonly NewMessage[],
): Promise<void> {
  if (messages.length === 0) return
  const rows = messages.map((message) => ({ ...message, conversationId, editedAt: null }))
  await db.insert(conversationMessages).values(rows).onConflictDoNothing()
}

/** The last messages that were not deleted, the oldest first. */
export async function lastMessages(db: Db, conversationId: string, limit: number): Promise<SaidMessage[]> {
  const rows = await db
    .select()
    .from(conversationMessages)
    .where(and(eq(conversationMessages.conversationId, conversationId), isNotNull(conversationMessages.text)))
    .orderBy(desc(conversationMessages.id))
    .limit(limit)
  return rows.toReversed()
}

/** Whether a person has written to the gateway in this conversation before. */
export async function hasAddressed(db: Db, conversationId: string, personId: string): Promise<boolean> {
  const { conversationId: of, personId: by, isAddressed } = conversationMessages
  const [found] = await db
    .select({ id: conversationMessages.id })
    .from(conversationMessages)
    .where(and(eq(of, conversationId), eq(by, personId), isAddressed))
    .limit(1)
  return found !== undefined
}

interface Said {
  readonly conversationIds: readonly string[]
  readonly messageId: string
}

interface Change {
  /** The new words, from those that are kept; null: its author has deleted the message. */
  reword(kept: string): string | null
  readonly now: Date
}

/** Keeps the history as the author of a message wants it. Answers whether that changes anything. */
export async function changeMessage(
  db: Db,
  { conversationIds, messageId }: Said,
  { reword, now }: Change,
): Promise<boolean> {
  const { conversationId, id, text } = conversationMessages
  const kept = await db
    .select({ conversationId, text })
    .from(conversationMessages)
    .where(and(inArray(conversationId, [...conversationIds]), eq(id, messageId)))
    .for('update')
  let isChanged = false
  for (const row of kept) {
    const words = row.text === null ? null : reword(row.text)
    if (words === row.text) continue
    isChanged = true
    await db
      .update(conversationMessages)
      .set({ text: words, editedAt: now })
      .where(and(eq(conversationId, row.conversationId), eq(id, messageId)))
  }
  return isChanged
}

/**
 * The conversations at a place, of which each person may have one of their own: `id`, and those that begin with `id/`. In
 * bytes, `0` comes after `/`.
 */
export async function listAt(db: Db, id: string): Promise<string[]> {
  const rows = await db
    .select({ id: conversations.id })
    .from(conversations)
    .where(or(eq(conversations.id, id), and(gte(conversations.id, `${id}/`), lt(conversations.id, `${id}0`))))
  return rows.map((row) => row.id)
}

interface WorkAt {
  /** As for `listAt`. */
  readonly id: string
  /** A further conversation. */
  readonly also: string | undefined
  /** The conversation that is left out. */
  readonly not: string
}

/** A conversation at a place that has work under way. */
export async function findWorkAt(db: Db, { id, also, not }: WorkAt): Promise<Conversation | undefined> {
  const ids = new Set([...(await listAt(db, id)), ...(also === undefined ? [] : [also])])
  ids.delete(not)
  const [row] = await db
    .select()
    .from(conversations)
    .where(and(inArray(conversations.id, [...ids]), isNotNull(conversations.taskId)))
    .limit(1)
  return row
}

/** Answers with the number of conversations that were deleted. */
export async function deleteOldConversations(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(
    db,
    conversations,
    lt(conversations.updatedAt, new Date(now.getTime() - KEPT_MS)),
  )
}
