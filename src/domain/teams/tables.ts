/** Teams and their members. */
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

export const TEAM_ROLES = ['admin', 'member', 'viewer'] as const

export const teams = pgTable('teams', {
  id: bytewise('id').primaryKey(),
  name: text('name').notNull(),
  createdBy: bytewise('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
  /** From then on its things can only be read. */
  archivedAt: moment('archived_at'),
})

export const teamMembers = pgTable(
  'team_members',
  {
    teamId: bytewise('team_id')
      .notNull()
      .references(() => teams.id, { onDelete: 'cascade' }),
    personId: bytewise('person_id').notNull(),
    role: text('role', { enum: TEAM_ROLES }).notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.personId] }),
    // The teams of a person.
    index('team_members_person').on(table.personId),
  ],
)
