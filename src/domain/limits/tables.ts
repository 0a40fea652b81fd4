/** Limits that admins have set for a person or a team, in place of the standard ones. */
import { pgTable, primaryKey } from 'drizzle-orm/pg-core'
import { big, bytewise, moment } from '../db/columns.ts'

export const limits = pgTable(
  'limits',
  {
    /** The person or the team. */
    ownerId: bytewise('owner_id').notNull(),
    /** The name of the limit. */
    name: bytewise('name').notNull(),
    value: big('value').notNull(),
    setBy: bytewise('set_by').notNull(),
    setAt: moment('set_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.name] })],
)
