/** Tasks that are shown in their threads, and how far each one is shown. */
import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { conversations } from '../../conversations/tables.ts'
import { bytewise, moment } from '../../db/columns.ts'
import type { CardMove, CardState } from './card.ts'

export const slackCards = pgTable(
  'slack_cards',
  {
    taskId: bytewise('task_id').primaryKey(),
    conversationId: bytewise('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    teamId: bytewise('team_id').notNull(),
    channelId: bytewise('channel_id').notNull(),
    threadTs: bytewise('thread_ts').notNull(),
    /** The user who asked for the task, and that user's person. */
    userId: bytewise('user_id').notNull(),
    personId: bytewise('person_id').notNull(),
    title: text('title').notNull(),
    state: jsonb('state').$type<CardState>().notNull(),
    /** A call of Slack whose outcome is not known. */
    move: jsonb('move').$type<CardMove>(),
    /** When the card is looked at next. */
    nextAt: moment('next_at').notNull(),
    /** The process that works on the card, until when. */
    leaseId: bytewise('lease_id'),
    leaseUntil: moment('lease_until'),
    createdAt: moment('created_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    // Those to look at next.
    index('slack_cards_due').on(table.nextAt).where(sql`${table.endedAt} is null`),
    // Messages in the thread of a card belong to its conversation.
    index('slack_cards_thread').on(table.teamId, table.channelId, table.threadTs),
    // They are deleted with their conversations.
    index('slack_cards_conversation').on(table.conversationId),
    // What one person has asked for, which is deleted with them.
    index('slack_cards_person').on(table.personId),
  ],
)
