/** The mirrors of connected calendars, and the times of their events. */
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { connectedAccounts } from '../accounts/tables.ts'
import { bytewise, moment } from '../db/columns.ts'
import { CLOCKS, SHOWN_AS } from './reading/occurrence.ts'

/** What is mirrored of each connected calendar, and how far. */
export const calendars = pgTable(
  'calendars',
  {
    accountId: bytewise('account_id')
      .primaryKey()
      .references(() => connectedAccounts.id, { onDelete: 'cascade' }),
    spaceId: bytewise('space_id').notNull(),
    /** Whether its events take up the time of its owner. */
    isCounted: boolean('is_counted').notNull().default(true),
    /** As the service tells versions apart; null: it does not, or the calendar was never read. */
    version: text('version'),
    /** When it was last read, or found unchanged; null: never. */
    readAt: moment('read_at'),
    /** Until when its events are mirrored. */
    readUntil: moment('read_until'),
    /** Events that could not be read, or only in part. */
    unread: integer('unread').notNull().default(0),
    /** Why the last attempt failed, as a phrase after its name; null: it did not. */
    fault: text('fault'),
    /** Attempts in a row that failed. */
    failures: integer('failures').notNull().default(0),
    /** When it is read next. A process that reads it moves this ahead, so that no other does. */
    nextAt: moment('next_at').notNull(),
  },
  (table) => [
    // Those of a space, and those that are due.
    index('calendars_space').on(table.spaceId),
    index('calendars_next').on(table.nextAt),
  ],
)

/** One time at which an event happens. */
export const calendarEvents = pgTable(
  'calendar_events',
  {
    accountId: bytewise('account_id')
      .notNull()
      .references(() => calendars.accountId, { onDelete: 'cascade' }),
    spaceId: bytewise('space_id').notNull(),
    /** Counts the events of a calendar, by their starts. */
    number: integer('number').notNull(),
    title: text('title').notNull(),
    /** `wall` and `day`: the moments are those of the reader's clock, as if in UTC. */
    clock: text('clock', { enum: CLOCKS }).notNull(),
    startAt: moment('start_at').notNull(),
    endAt: moment('end_at').notNull(),
    shownAs: text('shown_as', { enum: SHOWN_AS }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.number] }),
    // Those of a space in a span of time.
    index('calendar_events_time').on(table.spaceId, table.startAt),
  ],
)
