/** Projects, their milestones, and templates. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { boolean, date, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytewise, moment, numbered } from '../db/columns.ts'
import { comparableSql } from '../db/comparable.ts'
import type { Move } from './move.ts'

export const PROJECT_STATES = ['planning', 'active', 'paused', 'completed', 'archived'] as const
export const PROJECT_ROLES = ['viewer', 'editor'] as const
export const PROJECT_TYPES = ['software', 'business', 'research', 'personal'] as const

/** By what names are sorted: their beginning, so that a cursor stays short. */
export function nameKey(name: SQLWrapper): SQL<string> {
  return sql<string>`left(lower(${comparableSql(name)}), 100) collate "C"`
}

export const projects = pgTable(
  'projects',
  {
    id: bytewise('id').primaryKey(),
    number: numbered('number').unique('projects_number'),
    /** The person who made it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to. */
    ownerId: bytewise('owner_id').notNull(),
    /** The space that it is in: see `grants`. */
    spaceId: bytewise('space_id').notNull(),
    /** Only its own members and its team's admins see it, rather than the whole team. */
    restricted: boolean('restricted').notNull().default(false),
    /** The change of place that is under way; null: none. */
    moving: jsonb('moving').$type<Move>(),
    name: text('name').notNull(),
    outcome: text('outcome'),
    dueDate: date('due_date', { mode: 'string' }),
    state: text('state', { enum: PROJECT_STATES }).notNull(),
    type: text('type', { enum: PROJECT_TYPES }).notNull(),
    /** Momentum, 0 to 100, at the end of `momentumOn`; its present value follows from the days since. */
    momentum: integer('momentum').notNull(),
    /** The day of the last event, in the time zone of the project's owner. */
    momentumOn: date('momentum_on', { mode: 'string' }).notNull(),
    /** When its owner was told that it has stalled; null: it has not, or nobody was told yet. */
    stalledAt: moment('stalled_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    completedAt: moment('completed_at'),
  },
  (table) => [
    // The list of a space, newest first.
    index('projects_space').on(table.spaceId, table.id),
    // The list of a space by name.
    index('projects_name').on(table.spaceId, nameKey(table.name), table.id),
    // What a person or a team owns.
    index('projects_owner').on(table.ownerId, table.id),
    // Moves under way: few.
    index('projects_moving').on(table.id).where(sql`moving is not null`),
  ],
)

/** The people with whom a project is shared by name. */
export const projectMembers = pgTable(
  'project_members',
  {
    projectId: bytewise('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    personId: bytewise('person_id').notNull(),
    role: text('role', { enum: PROJECT_ROLES }).notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.personId] }),
    // What is shared with a person.
    index('project_members_person').on(table.personId),
  ],
)

export const milestones = pgTable(
  'milestones',
  {
    id: bytewise('id').primaryKey(),
    projectId: bytewise('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    title: text('title').notNull(),
    dueDate: date('due_date', { mode: 'string' }),
    position: integer('position').notNull(),
    completedAt: moment('completed_at'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // A project's milestones in their order.
    index('milestones_project').on(table.projectId, table.position, table.id),
  ],
)

/** Templates that people made; the shipped ones are code. */
export const projectTemplates = pgTable(
  'project_templates',
  {
    id: bytewise('id').primaryKey(),
    /** The person who made it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to, whose space it is in: see `grants`. */
    spaceId: bytewise('space_id').notNull(),
    name: text('name').notNull(),
    /** A `Template`, validated by its schema when written and when read. */
    body: jsonb('body').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('project_templates_space').on(table.spaceId, table.id)],
)
