/** What the gateways of one database sign with. */
import { pgTable, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const secrets = pgTable('secrets', {
  /** What it is for. */
  name: bytewise('name').primaryKey(),
  value: text('value').notNull(),
  createdAt: moment('created_at').notNull(),
})
