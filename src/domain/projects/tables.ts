/** Projects, their milestones, and templates. */
import { date, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { bytewise, moment, numbered } from '../db/columns.ts'

export const PROJECT_STATES = ['planning', 'active', 'paused', 'completed', 'archived'] as const
export const PROJECT_TYPES = ['software', 'business', 'research', 'personal'] as const

export const projects = pgTable(
  'projects',
  {
    id: bytewise('id').primaryKey(),
    number: numbered('number').unique('projects_number'),
    personId: bytewise('person_id').notNull(),
    name: text('name').notNull(),
    outcome: text('outcome'),
    dueDate: date('due_date', { mode: 'string' }),
    state: text('state', { enum: PROJECT_STATES }).notNull(),
    type: text('type', { enum: PROJECT_TYPES }).notNull(),
    /** Momentum, 0 to 100, at the end of `momentumOn`; its present value follows from the days since. */
    momentum: integer('momentum').notNull(),
    /** The day of the last event, in the time zone of the project's owner. */
    momentumOn: date('momentum_on', { mode: 'string' }).notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    completedAt: moment('completed_at'),
  },
  (table) => [
    // A person's list, newest first, and looking up a project by its owner.
    index('projects_person').on(table.personId, table.id),
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
    personId: bytewise('person_id').notNull(),
    name: text('name').notNull(),
    /** A `Template`, validated by its schema when written and when read. */
    body: jsonb('body').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('project_templates_person').on(table.personId, table.id)],
)
