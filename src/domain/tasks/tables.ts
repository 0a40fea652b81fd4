/** Tasks, their dependencies, and the indexes that keep lists fast however many tasks there are. */
import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core'
import { bytewise, moment, numbered } from '../db/columns.ts'
import { comparableListSql, comparableSql } from '../db/comparable.ts'
import { projects } from '../projects/tables.ts'

export const TASK_STATUSES = ['open', 'in_progress', 'done', 'cancelled'] as const

/** The text that a search looks through. */
export const TASK_TEXT = sql`title || ' ' || coalesce(notes, '')`

export const tasks = pgTable(
  'tasks',
  {
    id: bytewise('id').primaryKey(),
    number: numbered('number').unique('tasks_number'),
    /** The person who made it. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to. */
    ownerId: bytewise('owner_id').notNull(),
    /** The space that it is in: see `grants`. */
    spaceId: bytewise('space_id').notNull(),
    assigneeId: bytewise('assignee_id'),
    title: text('title').notNull(),
    notes: text('notes'),
    status: text('status', { enum: TASK_STATUSES }).notNull(),
    /** 1 (highest) to 4. */
    priority: smallint('priority').notNull(),
    dueDate: date('due_date', { mode: 'string' }),
    /** HH:MM in `dueTimeZone`; null: the whole day. */
    dueTime: text('due_time'),
    dueTimeZone: text('due_time_zone'),
    /** The moment, if there is a time. */
    dueAt: moment('due_at'),
    /** The sort key for due dates: see `dueSort`. */
    dueSort: bytewise('due_sort').notNull(),
    /** The day by which it must be done, whenever it is due. */
    deadline: date('deadline', { mode: 'string' }),
    /** RFC 5545 RRULE. */
    repeat: text('repeat'),
    /** Estimated minutes of work. */
    minutes: integer('minutes'),
    labels: text('labels').array().notNull(),
    projectId: bytewise('project_id').references(() => projects.id, { onDelete: 'set null' }),
    parentId: bytewise('parent_id').references((): AnyPgColumn => tasks.id, { onDelete: 'set null' }),
    /** The first task of the series that this one continues, which may have been deleted; null: it continues none. */
    seriesId: bytewise('series_id'),
    /** The origin: a door, or a service's own name. */
    source: text('source').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** When work on it first began. */
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    /** When the task was put in the trash; null: not in the trash. */
    trashedAt: moment('trashed_at'),
  },
  (table) => [
    // The list in each of its orders, per space; the trash has an index of its own. Those by id end in the status, so that
    // tasks with another one are passed over without reading them: a space may have none with the one that is asked for.
    index('tasks_space_created').on(table.spaceId, table.id, table.status).where(sql`trashed_at is null`),
    index('tasks_space_due').on(table.spaceId, table.dueSort, table.id).where(sql`trashed_at is null`),
    index('tasks_space_priority')
      .on(table.spaceId, table.priority, table.dueSort, table.id)
      .where(sql`trashed_at is null`),
    // Open work by due date: today's plan, suggestions, and lists by status.
    index('tasks_space_open')
      .on(table.spaceId, table.dueSort, table.id)
      .where(sql`trashed_at is null and status in ('open', 'in_progress')`),
    // Open work whose deadline is near, whenever it is due.
    index('tasks_space_deadline')
      .on(table.spaceId, table.deadline)
      .where(sql`deadline is not null and trashed_at is null and status in ('open', 'in_progress')`),
    index('tasks_space_trash').on(table.spaceId, table.id).where(sql`trashed_at is not null`),
    // The tasks that were given to a person, in each order.
    index('tasks_assignee').on(table.assigneeId, table.id, table.status).where(sql`assignee_id is not null`),
    index('tasks_assignee_due')
      .on(table.assigneeId, table.dueSort, table.id)
      .where(sql`assignee_id is not null and trashed_at is null`),
    index('tasks_assignee_priority')
      .on(table.assigneeId, table.priority, table.dueSort, table.id)
      .where(sql`assignee_id is not null and trashed_at is null`),
    index('tasks_project').on(table.projectId, table.id).where(sql`project_id is not null`),
    index('tasks_parent').on(table.parentId, table.id).where(sql`parent_id is not null`),
    // The tasks of a series, the newest of which stands for those that are done.
    index('tasks_series').on(table.seriesId, table.id).where(sql`series_id is not null`),
    // Label and text filters, whose texts are compared in one form.
    index('tasks_labels_comparable').using('gin', comparableListSql(sql`labels`)),
    index('tasks_text_comparable').using('gin', sql`${comparableSql(TASK_TEXT)} gin_trgm_ops`),
  ],
)

export const taskDependencies = pgTable(
  'task_dependencies',
  {
    taskId: bytewise('task_id')
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    /** The task that must be done first. */
    dependsOnId: bytewise('depends_on_id')
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.taskId, table.dependsOnId] }),
    // The tasks that a finished task sets free.
    index('task_dependencies_reverse').on(table.dependsOnId, table.taskId),
  ],
)
