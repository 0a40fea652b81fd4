/** What people are notified of, and what each of them wants to hear of and where. */
import { sql } from 'drizzle-orm'
import { boolean, date, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const notifications = pgTable(
  'notifications',
  {
    personId: bytewise('person_id').notNull(),
    /** Made from the id of the event, so that everybody who is notified of an event has the same. */
    id: bytewise('id').notNull(),
    /** The event, which is also the name of the message. */
    event: bytewise('event').notNull(),
    /** The URI of the thing that the event is about. */
    thing: bytewise('thing').notNull(),
    /** That of the event, as far as the person may know it. */
    payload: jsonb('payload').notNull(),
    happenedAt: moment('happened_at').notNull(),
    readAt: moment('read_at'),
    /** False: the person reads such messages elsewhere only. */
    isListed: boolean('is_listed').notNull(),
    /** When it is to be sent through the person's other channels; null: they have been given it. */
    sendAt: moment('send_at'),
  },
  (table) => [
    // One person's, newest first; nobody is notified of an event twice.
    primaryKey({ columns: [table.personId, table.id] }),
    // Those to be sent, in the order of their turn.
    index('notifications_send').on(table.sendAt).where(sql`send_at is not null`),
    // Those that housekeeping deletes.
    index('notifications_age').on(table.happenedAt),
  ],
)

export const notificationSettings = pgTable(
  'notification_settings',
  {
    personId: bytewise('person_id').notNull(),
    event: bytewise('event').notNull(),
    /** Where the person wants to hear of it; empty: nowhere. */
    channels: text('channels').array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.event] })],
)

export const reminders = pgTable('reminders', {
  personId: bytewise('person_id').primaryKey(),
  /** The day, in the person's time zone, for which they were last told what is due. */
  day: date('day', { mode: 'string' }).notNull(),
})
