/** Cards in the database. One process at a time works on a card, and another takes over where that one was lost. */
import { and, desc, eq, gte, inArray, isNotNull, isNull, like, lt, lte, or, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import { conversationMessages } from '../../conversations/tables.ts'
import type { Db } from '../../db/db.ts'
import { type CardMove, type CardState, newCardState } from './card.ts'
import { slackCards } from './tables.ts'

export type Card = typeof slackCards.$inferSelect

type NewCard = Pick<
  Card,
  'taskId' | 'conversationId' | 'teamId' | 'channelId' | 'threadTs' | 'userId' | 'personId' | 'title'
>

/** In the transaction that begins the task. */
export async function insertCard(db: Db, card: NewCard, now: Date): Promise<void> {
  const values = { ...card, state: newCardState(), nextAt: now, createdAt: now }
  await db.insert(slackCards).values(values).onConflictDoNothing()
}

interface Claim {
  readonly leaseId: string
  readonly now: Date
  readonly leaseMs: number
  readonly limit: number
  /** Tasks that have news. */
  readonly woken: readonly string[]
}

/** Cards that are due or have news, which no other process works on until the lease ends. */
export async function claimCards(db: Db, { leaseId, now, leaseMs, limit, woken }: Claim): Promise<Card[]> {
  const due = db
    .select({ taskId: slackCards.taskId })
    .from(slackCards)
    .where(
      and(
        isNull(slackCards.endedAt),
        or(lte(slackCards.nextAt, now), inArray(slackCards.taskId, [...woken])),
        or(isNull(slackCards.leaseUntil), lt(slackCards.leaseUntil, now)),
      ),
    )
    .orderBy(slackCards.nextAt)
    .limit(limit)
    .for('update', { skipLocked: true })
  return await db
    .update(slackCards)
    .set({ leaseId, leaseUntil: new Date(now.getTime() + leaseMs) })
    .where(inArray(slackCards.taskId, due))
    .returning()
}

interface Lease {
  readonly leaseId: string
  readonly until: Date
}

/** Keeps the cards of a claim that are still worked on. */
export async function renewCards(db: Db, { leaseId, until }: Lease): Promise<void> {
  await db
    .update(slackCards)
    .set({ leaseUntil: until })
    .where(and(eq(slackCards.leaseId, leaseId), isNotNull(slackCards.leaseUntil)))
}

interface Saved {
  readonly state?: CardState
  readonly move?: CardMove | null
  readonly nextAt?: Date
  readonly endedAt?: Date
  readonly leaseUntil?: null
}

/** @throws AppError `unavailable` when another process has taken the card over */
export async function saveCard(
  db: Db,
  { taskId, leaseId }: Pick<Card, 'taskId' | 'leaseId'>,
  saved: Saved,
): Promise<void> {
  const held = await db
    .update(slackCards)
    .set(saved)
    .where(and(eq(slackCards.taskId, taskId), eq(slackCards.leaseId, leaseId ?? '')))
    .returning({ taskId: slackCards.taskId })
  if (held.length === 0) throw new AppError('unavailable', 'Another process shows this task.')
}

export async function findCard(db: Db, taskId: string): Promise<Card | undefined> {
  const [card] = await db.select().from(slackCards).where(eq(slackCards.taskId, taskId))
  return card
}

/** Its outcome is told without a card. */
export async function dropCard(db: Db, { taskId, leaseId }: Pick<Card, 'taskId' | 'leaseId'>): Promise<void> {
  await db.delete(slackCards).where(and(eq(slackCards.taskId, taskId), eq(slackCards.leaseId, leaseId ?? '')))
}

interface InThread {
  readonly teamId: string
  readonly channelId: string
  readonly threadTs: string
}

/** The conversation whose last card is in a thread. */
export async function findConversationOfThread(db: Db, at: InThread): Promise<string | undefined> {
  const [row] = await db
    .select({ id: slackCards.conversationId })
    .from(slackCards)
    .where(
      and(
        eq(slackCards.teamId, at.teamId),
        eq(slackCards.channelId, at.channelId),
        eq(slackCards.threadTs, at.threadTs),
      ),
    )
    .orderBy(desc(slackCards.createdAt))
    .limit(1)
  return row?.id
}

/** Those of these tasks that a card shows. */
export async function findShownTasks(db: Db, taskIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (taskIds.length === 0) return new Set()
  const rows = await db
    .select({ taskId: slackCards.taskId })
    .from(slackCards)
    .where(and(inArray(slackCards.taskId, [...taskIds]), isNull(slackCards.endedAt)))
  return new Set(rows.map(({ taskId }) => taskId))
}

/** Those of these tasks that a card in the direct messages of a person shows, or has shown to the end. */
export async function findCardedTasks(
  db: Db,
  personId: string,
  taskIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (taskIds.length === 0) return new Set()
  const { taskId, channelId, state } = slackCards
  const rows = await db
    .select({ taskId })
    .from(slackCards)
    .where(
      and(
        inArray(taskId, [...taskIds]),
        eq(slackCards.personId, personId),
        like(channelId, 'D%'),
        sql`${state} ->> 'isWithdrawn' is null`,
      ),
    )
  return new Set(rows.map((row) => row.taskId))
}

interface Said {
  readonly conversationIds: readonly string[]
  readonly messageId: string
}

/** The card of a task at work to which somebody said this message: what began the task, or what came later. */
export async function findCardAbout(db: Db, { conversationIds, messageId }: Said): Promise<Card | undefined> {
  const { conversationId, threadTs, endedAt } = slackCards
  const { isAddressed } = conversationMessages
  const isOfCard = and(
    eq(conversationMessages.conversationId, conversationId),
    eq(conversationMessages.id, messageId),
    gte(conversationMessages.id, threadTs),
  )
  const [row] = await db
    .select({ card: slackCards })
    .from(slackCards)
    .innerJoin(conversationMessages, isOfCard)
    .where(and(inArray(conversationId, [...conversationIds]), isNull(endedAt), isAddressed))
    .limit(1)
  return row?.card
}
