/** What is on its way to those outside: a row for each event and webhook, and for each bundle of messages and channel. */
import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { big, bytewise, moment } from '../db/columns.ts'

/** The channel of what webhooks are told. */
export const WEBHOOK = 'webhook'

export const outbox = pgTable(
  'outbox',
  {
    /** The order of deliveries: those of one thing are made one after the other. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** The webhook; for a channel its name, a colon and the person or address: `mail:ada`. */
    receiverId: bytewise('receiver_id').notNull(),
    /** `webhook`, or the channel that carries it. */
    channel: bytewise('channel').notNull().default(WEBHOOK),
    /** The same for every receiver of one event; of messages, that of their bundle. */
    eventId: bytewise('event_id').notNull(),
    event: bytewise('event').notNull(),
    version: integer('version').notNull(),
    /** The URI of the thing that the event is about. */
    thing: bytewise('thing').notNull(),
    payload: jsonb('payload').notNull(),
    happenedAt: moment('happened_at').notNull(),
    state: text('state', { enum: ['waiting', 'sending', 'delivered', 'dead'] }).notNull(),
    /** Those begun. It is also the fence of the one under way: a sender that lost its lease records nothing. */
    attempts: integer('attempts').notNull(),
    /** Attempts before it was last asked for again, which do not count towards giving it up. */
    triedBefore: integer('tried_before').notNull(),
    /** Of a waiting one: when it is tried again. */
    nextAt: moment('next_at').notNull(),
    /** Of one under way: from then on, by the database's clock, another sender may take it. */
    leaseUntil: moment('lease_until'),
    lastAt: moment('last_at'),
    /** The HTTP status of the last attempt; null: there was no answer. */
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    /** When it was delivered or given up. */
    endedAt: moment('ended_at'),
    /** Milliseconds of the last attempt. */
    lastMs: big('last_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.receiverId, table.eventId] }),
    // The open deliveries of each receiver in the order of their turn.
    index('outbox_due')
      .on(table.receiverId, table.nextAt, table.position)
      .where(sql`state in ('waiting', 'sending')`),
    // Whether an earlier delivery about the same thing is open.
    index('outbox_thing')
      .on(table.receiverId, table.thing, table.position)
      .where(sql`state in ('waiting', 'sending')`),
    // One receiver's deliveries, newest first.
    index('outbox_receiver').on(table.receiverId, table.position),
    // What is told to a person through channels.
    index('outbox_person').on(sql`(payload ->> 'personId')`).where(sql`channel <> 'webhook'`),
    // Those that housekeeping deletes.
    index('outbox_ended').on(table.endedAt).where(sql`state in ('delivered', 'dead')`),
  ],
)

/** Ends a selection from the outbox `o` of several rows: two statements that lock the same ones so cannot deadlock. */
export const LOCK_IN_ORDER = sql`order by o.receiver_id, o.event_id for update of o`

export type OutboxRow = typeof outbox.$inferSelect
