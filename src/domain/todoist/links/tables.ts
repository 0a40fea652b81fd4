/** Links between projects here and projects of Todoist, the pairs of their tasks, and what both sides changed at once. */
import { boolean, index, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../../db/columns.ts'
import { projects } from '../../projects/tables.ts'
import { todoistAccounts } from '../tables.ts'
import type { Base } from './fields.ts'

/** Which way changes go: from Todoist to here, from here to Todoist, or both. */
export const LINK_MODES = ['off', 'pull', 'push', 'both'] as const

/** What Todoist has to be asked about a pair before it can be brought in step. */
export const QUESTIONS = ['item', 'completions'] as const

export const todoistLinks = pgTable(
  'todoist_links',
  {
    id: bytewise('id').primaryKey(),
    accountId: bytewise('account_id')
      .notNull()
      .references(() => todoistAccounts.accountId, { onDelete: 'cascade' }),
    projectId: bytewise('project_id')
      .notNull()
      .unique('todoist_links_project')
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Todoist's id of its project, or that of the command that makes it. */
    outsideId: bytewise('outside_id').notNull(),
    /** Who made it, with whose rights changes are made here. */
    personId: bytewise('person_id').notNull(),
    mode: text('mode', { enum: LINK_MODES }).notNull(),
    createdAt: moment('created_at').notNull(),
    /** When both sides were last compared; null: never. */
    appliedAt: moment('applied_at'),
    /** Why nothing is changed on either side for now; null: changes go on. */
    pausedBecause: text('paused_because'),
  },
  (table) => [unique('todoist_links_outside').on(table.accountId, table.outsideId)],
)

/** A task here and the task at Todoist that is the same. */
export const todoistPairs = pgTable(
  'todoist_pairs',
  {
    linkId: bytewise('link_id')
      .notNull()
      .references(() => todoistLinks.id, { onDelete: 'cascade' }),
    /** Of a repeating task, the one of its series that is open. It may have been deleted. */
    taskId: bytewise('task_id').notNull(),
    /** Todoist's id, or that of the command that makes it. */
    itemId: bytewise('item_id').notNull(),
    /** What both sides had when they were last in step. */
    base: jsonb('base').$type<Base>().notNull(),
    /** The task of the mirror when the last change was sent: while it is unchanged, the mirror does not show the change yet. */
    sentOver: text('sent_over'),
    /** Whether the mirror ever had it: what it has not had yet is not gone. */
    isSeen: boolean('is_seen').notNull(),
    /** Both sides agree that it was deleted. */
    isGone: boolean('is_gone').notNull(),
    /** The command that deletes it at Todoist. */
    deletionId: bytewise('deletion_id'),
    asks: text('asks', { enum: QUESTIONS }),
    /** How often Todoist says that a repeating task was completed, and of which state of the task. */
    told: jsonb('told').$type<{ readonly completions: number; readonly of: string }>(),
    /** The versions of both rows that were compared. */
    hereVersion: text('here_version').notNull(),
    thereVersion: text('there_version').notNull(),
    agreedAt: moment('agreed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.linkId, table.taskId] }),
    // Also of a task that moved to a project with another link.
    unique('todoist_pairs_item').on(table.itemId, table.linkId),
    // The pair of a task that moved to another project.
    index('todoist_pairs_task').on(table.taskId),
  ],
)

/** A field that both sides changed, or a change that one side refused: both values are kept. */
export const todoistConflicts = pgTable(
  'todoist_conflicts',
  {
    id: bytewise('id').primaryKey(),
    linkId: bytewise('link_id')
      .notNull()
      .references(() => todoistLinks.id, { onDelete: 'cascade' }),
    taskId: bytewise('task_id').notNull(),
    itemId: bytewise('item_id').notNull(),
    title: text('title').notNull(),
    field: text('field').notNull(),
    here: jsonb('here').$type<unknown>(),
    there: jsonb('there').$type<unknown>(),
    took: text('took', { enum: ['here', 'there', 'neither'] }).notNull(),
    because: text('because').notNull(),
    at: moment('at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    // Those of a link, newest first: their ids grow with time.
    index('todoist_conflicts_link').on(table.linkId, table.id),
    // Those of a task, newest first.
    index('todoist_conflicts_task').on(table.taskId, table.id),
    // Housekeeping deletes old ones.
    index('todoist_conflicts_at').on(table.at),
  ],
)
