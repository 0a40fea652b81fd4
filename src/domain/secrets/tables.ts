/** The secrets with which the gateways of one database sign, and the sealed secrets of others. */
import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const secrets = pgTable('secrets', {
  /** The purpose of the secret. */
  name: bytewise('name').primaryKey(),
  value: text('value').notNull(),
  createdAt: moment('created_at').notNull(),
})

/** The master keys under which something is sealed: their ids alone, by which a process notices that it lacks one. */
export const sealingKeys = pgTable('sealing_keys', {
  id: bytewise('id').primaryKey(),
  createdAt: moment('created_at').notNull(),
})

/** Secrets of others, sealed: of accounts at other services, for example. */
export const sealedSecrets = pgTable(
  'sealed_secrets',
  {
    /** What the secret belongs to: a table, an id and a field. The secret is sealed for this name. */
    name: bytewise('name').primaryKey(),
    // A key that something is sealed under cannot be forgotten.
    keyId: bytewise('key_id')
      .notNull()
      .references(() => sealingKeys.id),
    sealed: text('sealed').notNull(),
    sealedAt: moment('sealed_at').notNull(),
  },
  (table) => [
    // Finding what an earlier key sealed.
    index('sealed_secrets_key').on(table.keyId, table.name),
  ],
)
