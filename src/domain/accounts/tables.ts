/** Accounts at other services, and the consents that people were asked for. Secrets are not here: they are sealed. */
import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const connectedAccounts = pgTable(
  'connected_accounts',
  {
    id: bytewise('id').primaryKey(),
    /** Who connected it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to. */
    ownerId: bytewise('owner_id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    connector: bytewise('connector').notNull(),
    /** As the service calls it, and the service's own id of it. */
    name: text('name').notNull(),
    outsideId: bytewise('outside_id').notNull(),
    scopes: text('scopes').array().notNull(),
    state: text('state', { enum: ['connected', 'broken'] }).notNull(),
    brokenBecause: text('broken_because'),
    /** When the service last refused its token: an access token from before is refreshed before it is used again. */
    refusedAt: moment('refused_at'),
    /** The one refresh of its token that may be under way, and the moment from which it counts as interrupted. */
    refreshId: bytewise('refresh_id'),
    refreshUntil: moment('refresh_until'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    checkedAt: moment('checked_at').notNull(),
  },
  (table) => [
    // One owner has an account once: connecting it again replaces its secret.
    uniqueIndex('connected_accounts_once').on(table.ownerId, table.connector, table.outsideId),
    // Finding those who have connected an account that its service reports about.
    index('connected_accounts_outside').on(table.connector, table.outsideId),
    // Listing the accounts of a space, and finding those of one connector.
    index('connected_accounts_space').on(table.spaceId, table.id),
  ],
)

/** A consent that a person was asked for at a service. It can be used once. */
export const consentRequests = pgTable(
  'consent_requests',
  {
    id: bytewise('id').primaryKey(),
    personId: bytewise('person_id').notNull(),
    ownerId: bytewise('owner_id').notNull(),
    connector: bytewise('connector').notNull(),
    /** What the gateway asked for. */
    scopes: text('scopes').array().notNull(),
    redirectUri: text('redirect_uri').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [
    // Housekeeping deletes expired ones.
    index('consent_requests_expiry').on(table.expiresAt),
  ],
)
