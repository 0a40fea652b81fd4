/** Webhooks: addresses of others that are told of events. */
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { Scope } from '../../core/operation/scopes.ts'
import { bytewise, moment } from '../db/columns.ts'

export const webhooks = pgTable(
  'webhooks',
  {
    id: bytewise('id').primaryKey(),
    /** The person or the team whose sight decides which events it hears. */
    ownerId: bytewise('owner_id').notNull(),
    /** The person who made it, or last chose what it hears or where it posts: it hears what this person may read. */
    personId: bytewise('person_id').notNull(),
    /** The key with which that was done; null: without one. */
    keyId: bytewise('key_id'),
    url: text('url').notNull(),
    /** Patterns of events: `task.*`. */
    events: text('events').array().notNull(),
    /** What its maker could read: the scopes of the events that it may hear. */
    scopes: text('scopes').array().$type<Scope[]>().notNull(),
    state: text('state', { enum: ['active', 'disabled'] }).notNull(),
    /**
     * Why it is disabled: by its owner, after failing for long, because the receiver has said that it is gone, because its
     * owner has left and somebody else holds it now, or because its maker may no longer read anything that it hears.
     */
    reason: text('reason', { enum: ['asked', 'failing', 'gone', 'left', 'lost'] }),
    /** Counts up with each new secret. */
    secretNumber: integer('secret_number').notNull(),
    /** Until when the secret before it signs, too. */
    earlierUntil: moment('earlier_until'),
    /** Since when every delivery has failed. */
    failingSince: moment('failing_since'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    // Listing an owner's webhooks, and finding those that hear an event.
    index('webhooks_owner').on(table.ownerId, table.id),
  ],
)
