/** What other services reported: each event once, from its arrival until it is forgotten. */
import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ErrorBody } from '../../core/errors.ts'
import { bytewise, moment } from '../db/columns.ts'

export const INBOX_STATES = ['received', 'running', 'done', 'failed', 'discarded'] as const

export const inboxEvents = pgTable(
  'inbox_events',
  {
    id: bytewise('id').primaryKey(),
    /** The order in which events arrived. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** The path of the hook, below `/hooks/`. */
    source: bytewise('source').notNull(),
    /** The service's own id of the event, or a hash of it where it is long. */
    eventId: bytewise('event_id').notNull(),
    /** The kind of event, as the service names it. */
    type: text('type'),
    /** The person or the team that it belongs to, whose space it is in; null: nobody here. */
    ownerId: bytewise('owner_id'),
    spaceId: bytewise('space_id'),
    /** What is called to handle it; null: its source handles it in a way of its own. */
    operation: bytewise('operation'),
    /** What the operation is called with; null until a mapping has made it from the body. */
    input: jsonb('input').$type<Readonly<Record<string, unknown>>>(),
    /** What the service sent: JSON. */
    body: text('body').notNull(),
    /** Events with the same key are handled one at a time, in the order of `orderAt`, and of their positions. */
    orderKey: bytewise('order_key'),
    /**
     * The time by which the service orders the events of a key, written so that bytes compare as times do; '': it orders
     * none of them. Several processes may store events in another order than that in which they happened.
     */
    orderAt: bytewise('order_at').notNull().default(''),
    state: text('state', { enum: INBOX_STATES }).notNull(),
    attempts: integer('attempts').notNull(),
    /** Counts the retries that are calls of their own rather than attempts at the same call. */
    round: integer('round').notNull(),
    /** When it is due; while it is running, the moment from which its worker counts as lost. */
    nextAt: moment('next_at').notNull(),
    /** The answer of the operation, in words. */
    result: text('result'),
    /** Why the last attempt failed. */
    error: jsonb('error').$type<ErrorBody>(),
    receivedAt: moment('received_at').notNull(),
    /** When it was done, or given up. */
    endedAt: moment('ended_at'),
  },
  (table) => [
    // A service may report an event many times; it is stored once.
    uniqueIndex('inbox_events_once').on(table.source, table.eventId),
    // Events that are due, and those whose worker was lost.
    index('inbox_events_due').on(table.nextAt).where(sql`${table.state} in ('received', 'running')`),
    // Whose events are open, and the first of each owner.
    index('inbox_events_open')
      .on(table.ownerId, table.nextAt, table.position)
      .where(sql`${table.state} in ('received', 'running')`),
    // Whether an earlier event holds back a later one.
    index('inbox_events_order')
      .on(table.orderKey, table.orderAt, table.position)
      .where(sql`${table.state} in ('received', 'running')`),
    // The list of a space, newest first; null: the events that belong to nobody.
    index('inbox_events_space').on(table.spaceId, table.id),
    // Housekeeping deletes the oldest that have ended.
    index('inbox_events_ended').on(table.endedAt).where(sql`${table.endedAt} is not null`),
  ],
)

/** URLs at the hooks of areas, each with a token: what is reported there belongs to a person or a team. */
export const hookUrls = pgTable(
  'hook_urls',
  {
    id: bytewise('id').primaryKey(),
    /** The path of the area's hook. */
    hook: bytewise('hook').notNull(),
    name: text('name').notNull(),
    /** Who made it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to, whose space it is in. */
    ownerId: bytewise('owner_id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    /** SHA-256 of the token, which is shown once. */
    hash: bytewise('hash').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // Each report finds its URL by it.
    uniqueIndex('hook_urls_token').on(table.hash),
    // The URLs of a space, newest first.
    index('hook_urls_space').on(table.spaceId, table.id),
  ],
)
