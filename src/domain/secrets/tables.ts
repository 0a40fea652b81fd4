/** The secrets with which the gateways of one database sign. */
import { pgTable, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const secrets = pgTable('secrets', {
  /** The purpose of the secret. */
  name: bytewise('name').primaryKey(),
  value: text('value').notNull(),
  createdAt: moment('created_at').notNull(),
})
