/** Hooks of people's own: where a service reports, and what is called then. */
import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { Actor } from '../../core/operation/actor.ts'
import { bytewise, moment } from '../db/columns.ts'

/** How a report proves who sent it. */
export const VERIFICATIONS = ['standard', 'github', 'stripe', 'url'] as const

export const hooks = pgTable(
  'hooks',
  {
    id: bytewise('id').primaryKey(),
    /** Who made it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to, whose space it is in. */
    ownerId: bytewise('owner_id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    name: text('name').notNull(),
    operation: bytewise('operation').notNull(),
    /** A JSONata expression that makes the operation's input from what the service sent. */
    mapping: text('mapping').notNull(),
    verify: text('verify', { enum: VERIFICATIONS }).notNull(),
    /** The hash of the secret in its address; null where reports are signed with a secret that is sealed. */
    tokenHash: bytewise('token_hash'),
    /** Counts up with each new secret. */
    secretNumber: integer('secret_number').notNull().default(0),
    /** The hash of the secret before it in its address. */
    earlierTokenHash: bytewise('earlier_token_hash'),
    /** Until when the secret before it is accepted, too. */
    earlierUntil: moment('earlier_until'),
    inOrder: boolean('in_order').notNull(),
    /** Who decided what it calls, with the scopes that they had then: its calls may do what this caller may. */
    starter: jsonb('starter').$type<Actor>().notNull(),
    /** Why its calls are refused. */
    problem: text('problem'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    // The hooks of a space, newest first.
    index('hooks_space').on(table.spaceId, table.id),
  ],
)
