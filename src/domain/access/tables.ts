/** People, their keys, the audit, and the answers of keyed calls. */
import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Scope } from '../../core/operation/scopes.ts'
import { bytewise, moment } from '../db/columns.ts'

export const ROLES = ['owner', 'admin', 'member', 'guest'] as const
export type Role = (typeof ROLES)[number]

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export const people = pgTable('people', {
  id: bytewise('id').primaryKey(),
  name: text('name'),
  role: text('role', { enum: ROLES }).notNull().default('member'),
  /** IANA name; null: the gateway's own. */
  timeZone: text('time_zone'),
  /** Null: not set. */
  workDays: text('work_days').array().$type<Weekday[]>(),
  /** Two times as HH:MM in the person's time zone, between which nothing disturbs them; null: none. */
  quietHours: jsonb('quiet_hours').$type<{ from: string; to: string }>(),
  /** The ways in which the person wants to be reached, the best first. */
  channels: text('channels').array().notNull().default(sql`'{}'`),
  createdAt: moment('created_at').notNull(),
  /** From then on none of the person's keys is accepted, and nothing new is given to them. */
  deactivatedAt: moment('deactivated_at'),
  /** Nothing that says who the person was is kept in this row from then on, except its id. */
  erasedAt: moment('erased_at'),
})

export const GRANT_ROLES = ['viewer', 'editor', 'admin'] as const

/**
 * Who may do what in which space. A space is what is visible together: all that one person has, all that one team has,
 * or one project that is shared or restricted. Its id is that of the person, the team or the project. Everybody may do
 * everything in their own space, which has no row here. The rows follow from the members of teams and projects.
 */
export const grants = pgTable(
  'grants',
  {
    /** The person, or the team for which a service acts. */
    personId: bytewise('person_id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    role: text('role', { enum: GRANT_ROLES }).notNull(),
    /** The person or the team to whom the space belongs. */
    ownerId: bytewise('owner_id').notNull(),
  },
  (table) => [
    // The spaces of a person, in every statement that reads what the person may see.
    primaryKey({ columns: [table.personId, table.spaceId] }),
    // The people who see a space, who are told of its changes.
    index('grants_space').on(table.spaceId),
    // The spaces of an owner.
    index('grants_owner').on(table.ownerId, table.spaceId),
  ],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    id: bytewise('id').primaryKey(),
    /** SHA-256 of the key, base64url: the key itself is shown once and never stored. */
    hash: bytewise('hash').notNull(),
    /** The first characters of the key, by which a person tells keys apart. */
    hint: text('hint').notNull(),
    label: text('label').notNull(),
    personId: bytewise('person_id').notNull(),
    kind: text('kind', { enum: ['person', 'service'] }).notNull(),
    scopes: text('scopes').array().$type<Scope[]>().notNull(),
    createdBy: bytewise('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [
    // Every request with a key looks it up by its hash; no two keys share one.
    uniqueIndex('api_keys_hash').on(table.hash),
    // Listing a person's keys.
    index('api_keys_person').on(table.personId, table.id),
  ],
)

export const auditEntries = pgTable(
  'audit_entries',
  {
    id: bytewise('id').primaryKey(),
    at: moment('at').notNull(),
    actorKind: text('actor_kind', { enum: ['person', 'service', 'agent'] }).notNull(),
    actorId: bytewise('actor_id').notNull(),
    personId: bytewise('person_id').notNull(),
    keyId: bytewise('key_id'),
    door: text('door').notNull(),
    operation: bytewise('operation').notNull(),
    input: jsonb('input').notNull(),
    /** `ok` or an error code. */
    outcome: text('outcome').notNull(),
    durationMs: integer('duration_ms').notNull(),
    requestId: bytewise('request_id').notNull(),
    /** Further calls of this actor that failed within the same minute and have no entry of their own. */
    alsoFailed: integer('also_failed').notNull().default(0),
  },
  (table) => [
    // Reading what one person did, newest first, within a range of moments.
    index('audit_entries_person').on(table.personId, table.at, table.id),
    // The same for everybody.
    index('audit_entries_at').on(table.at, table.id),
    // Failures within the last minute, and the oldest failures: fewer of them are kept than of completed calls.
    index('audit_entries_failed').on(table.personId, table.at, table.id).where(sql`outcome <> 'ok'`),
  ],
)

/** The other people's calls that changed a person's things, so that the person's audit shows those calls too. */
export const auditTouches = pgTable(
  'audit_touches',
  {
    /** The owner of the changed things. */
    personId: bytewise('person_id').notNull(),
    /** The entry's own moment, by which lists are ordered. */
    at: moment('at').notNull(),
    entryId: bytewise('entry_id')
      .notNull()
      .references(() => auditEntries.id, { onDelete: 'cascade' }),
    /** The URIs of the changed things. */
    uris: text('uris').array().notNull(),
  },
  (table) => [
    // One person's, newest first.
    primaryKey({ columns: [table.personId, table.at, table.entryId] }),
    // Deleted together with their entry.
    index('audit_touches_entry').on(table.entryId),
  ],
)

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    actorId: bytewise('actor_id').notNull(),
    operation: bytewise('operation').notNull(),
    key: bytewise('key').notNull(),
    inputHash: bytewise('input_hash').notNull(),
    /** Null until it is answered. */
    output: jsonb('output'),
    /** The ids of the things that the answer is about and that its caller saw afterwards; null: no such things. */
    shows: text('shows').array(),
    /** The progress of a call that reaches outside; any other call is stored with its answer. */
    state: text('state', { enum: ['answered', 'under_way', 'free', 'broken_off'] })
      .notNull()
      .default('answered'),
    /** The attempt that is under way, and the moment from which it counts as interrupted, by the database's clock. */
    attemptId: bytewise('attempt_id'),
    staleAt: moment('stale_at'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // One answer per key: the second of two racing calls fails here instead of taking effect twice.
    primaryKey({ columns: [table.actorId, table.operation, table.key] }),
    // Housekeeping deletes the oldest.
    index('idempotency_keys_age').on(table.createdAt),
  ],
)

/**
 * Requests counted per key or address when several gateways share their limits; the rate limiter defines the columns.
 */
export const rateLimits = pgTable(
  'rate_limits',
  {
    key: bytewise('key').primaryKey(),
    points: integer('points').notNull(),
    expire: moment('expire'),
  },
  (table) => [
    // Housekeeping deletes expired counts.
    index('rate_limits_expire').on(table.expire),
  ],
)
