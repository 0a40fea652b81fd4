/** How people are reached and recognized from outside, and the invitations that bring them here. */
import { boolean, index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { people, ROLES } from '../access/tables.ts'
import { bytewise, moment } from '../db/columns.ts'
import { TEAM_ROLES, teams } from '../teams/tables.ts'

export const personEmails = pgTable(
  'person_emails',
  {
    /** In lower case, so that an address belongs to one person however it is typed. */
    address: bytewise('address').primaryKey(),
    personId: bytewise('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade', onUpdate: 'cascade' }),
    verified: boolean('verified').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // The addresses of a person.
    index('person_emails_person').on(table.personId),
  ],
)

export const personIdentities = pgTable(
  'person_identities',
  {
    /** The service that knows the person: `slack`. */
    provider: bytewise('provider').notNull(),
    /** The id of the person there. */
    externalId: bytewise('external_id').notNull(),
    personId: bytewise('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade', onUpdate: 'cascade' }),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // An account outside belongs to one person.
    primaryKey({ columns: [table.provider, table.externalId] }),
    // The identities of a person.
    index('person_identities_person').on(table.personId),
  ],
)

export const invitations = pgTable(
  'invitations',
  {
    id: bytewise('id').primaryKey(),
    /** SHA-256 of the token, base64url: the token itself is shown once and never stored. */
    hash: bytewise('hash').notNull(),
    /** The id that the person will have; null: they choose one. */
    personId: bytewise('person_id'),
    /** The address in lower case; null: the invitation is for anyone who has the token. */
    email: bytewise('email'),
    name: text('name'),
    role: text('role', { enum: ROLES }).notNull(),
    teamId: bytewise('team_id').references(() => teams.id, { onDelete: 'cascade' }),
    teamRole: text('team_role', { enum: TEAM_ROLES }),
    /** Its token was shown to nobody and mailed to the address, so that coming in proves the address. */
    isMailed: boolean('is_mailed').notNull().default(false),
    invitedBy: bytewise('invited_by').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    acceptedAt: moment('accepted_at'),
    /** The person who came with it. */
    acceptedBy: bytewise('accepted_by'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    // A token is looked up by its hash.
    uniqueIndex('invitations_hash').on(table.hash),
    // Housekeeping deletes the oldest.
    index('invitations_age').on(table.expiresAt),
  ],
)
