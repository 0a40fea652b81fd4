/** Conversations with people, and what was said in them. */
import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const conversations = pgTable(
  'conversations',
  {
    /** The door and the place there: `slack:T1/C1/1700000000.000100`. */
    id: bytewise('id').primaryKey(),
    /** The person or the team that sees it. */
    spaceId: bytewise('space_id').notNull(),
    /** What the chat remembers between two messages. */
    state: jsonb('state').$type<Readonly<Record<string, unknown>>>(),
    /** Work that goes on and belongs to the conversation, and the person for whom it is done. */
    taskId: bytewise('task_id'),
    taskFor: bytewise('task_for'),
    /** Counts the changes: two turns at once cannot both be stored. */
    version: integer('version').notNull(),
    startedAt: moment('started_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    // What one person or team has, which is deleted with them.
    index('conversations_space').on(table.spaceId),
    // Those whose work may have ended.
    index('conversations_task').on(table.taskId).where(sql`${table.taskId} is not null`),
    // Housekeeping deletes the oldest.
    index('conversations_age').on(table.updatedAt),
  ],
)

export const conversationMessages = pgTable(
  'conversation_messages',
  {
    conversationId: bytewise('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** Its id at the door, which grows with time. */
    id: bytewise('id').notNull(),
    /** The person who wrote it; null: the gateway, or somebody who is no person of it. */
    personId: bytewise('person_id'),
    isOurs: boolean('is_ours').notNull(),
    /** Whether it was written to the gateway. */
    isAddressed: boolean('is_addressed').notNull(),
    /** Null: its author has deleted it. */
    text: text('text'),
    editedAt: moment('edited_at'),
    saidAt: moment('said_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.id] }),
    // What one person has said, which is deleted with them.
    index('conversation_messages_person').on(table.personId),
  ],
)
