/** The mirror of Todoist accounts, and the commands that are on their way there. */
import { sql } from 'drizzle-orm'
import {
  boolean,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core'
import type { TodoistFault } from '../../core/outbound/todoist.ts'
import type { JsonObject } from '../../core/text/json.ts'
import { connectedAccounts } from '../accounts/tables.ts'
import { bytewise, moment, numbered } from '../db/columns.ts'
import { comparableListSql, comparableSql } from '../db/comparable.ts'

/** How a command stands: see `commands/`. */
export const COMMAND_STATES = ['waiting', 'sent', 'done', 'refused', 'withdrawn'] as const

/** Kinds of things in the mirror besides tasks, as `/sync` names them. */
export const THING_KINDS = [
  ...(['projects', 'sections', 'labels', 'filters', 'notes', 'project_notes'] as const),
  ...(['reminders', 'reminders_location', 'collaborators', 'collaborator_states'] as const),
] as const

/** How often an account was synchronized, by the minute since 1970. */
export type Usage = Readonly<Record<string, { readonly partial: number; readonly full: number }>>

/** What is mirrored of each connected account, and how far. */
export const todoistAccounts = pgTable(
  'todoist_accounts',
  {
    accountId: bytewise('account_id')
      .primaryKey()
      .references(() => connectedAccounts.id, { onDelete: 'cascade' }),
    spaceId: bytewise('space_id').notNull(),
    /** Null: the next request reads everything. */
    syncToken: text('sync_token'),
    syncedAt: moment('synced_at'),
    /** When everything was last read. */
    fullAt: moment('full_at'),
    /** The user as Todoist describes it, with the time zone; null until the first answer. */
    userWire: jsonb('user_wire').$type<JsonObject>(),
    /** The limits of the user's plan, as Todoist describes them. */
    planWire: jsonb('plan_wire').$type<JsonObject>(),
    /** When it is synchronized next, unless commands wait. */
    nextAt: moment('next_at').notNull(),
    /** Until when somebody works with it, so that it is looked at more often. */
    activeUntil: moment('active_until'),
    /** Todoist takes nothing before this moment, and why; null: it does. */
    waitingUntil: moment('waiting_until'),
    waitingBecause: text('waiting_because'),
    /** Requests in a row that failed. */
    failures: integer('failures').notNull().default(0),
    usage: jsonb('usage').$type<Usage>().notNull().default({}),
    /** The one process that may synchronize it, and the moment from which it counts as lost. */
    leaseId: bytewise('lease_id'),
    leaseUntil: moment('lease_until'),
  },
  (table) => [
    // Those of a space, and those that are due.
    index('todoist_accounts_space').on(table.spaceId),
    index('todoist_accounts_next').on(table.nextAt),
  ],
)

/** A task, with columns for what is filtered and sorted by. */
export const todoistItems = pgTable(
  'todoist_items',
  {
    accountId: bytewise('account_id')
      .notNull()
      .references(() => todoistAccounts.accountId, { onDelete: 'cascade' }),
    id: bytewise('id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    content: text('content').notNull(),
    description: text('description').notNull(),
    projectId: bytewise('project_id').notNull(),
    sectionId: bytewise('section_id'),
    parentId: bytewise('parent_id'),
    position: integer('position').notNull(),
    labels: text('labels').array().notNull(),
    /** 1 (highest) to 4, as people say it. */
    priority: smallint('priority').notNull(),
    /** The day in the user's time zone. */
    dueDate: date('due_date', { mode: 'string' }),
    /** HH:MM in the user's time zone; null: the whole day. */
    dueTime: text('due_time'),
    isRecurring: boolean('is_recurring').notNull(),
    deadline: date('deadline', { mode: 'string' }),
    responsibleId: bytewise('responsible_id'),
    checked: boolean('checked').notNull(),
    completedAt: moment('completed_at'),
    /** Since when Todoist no longer lists it among all that is open; null: it does. Nothing says where it went. */
    absentSince: moment('absent_since'),
    /** Word for word as Todoist describes it. */
    wire: jsonb('wire').$type<JsonObject>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    // Open tasks of a space in each of the orders of the list.
    index('todoist_items_open')
      .on(table.spaceId, table.dueDate, table.dueTime, table.priority, table.id)
      .where(sql`not checked and absent_since is null`),
    index('todoist_items_id').on(table.id),
    index('todoist_items_project').on(table.accountId, table.projectId),
    // Filters, whose texts are compared in one form.
    index('todoist_items_labels').using('gin', comparableListSql(sql`labels`)),
    index('todoist_items_text').using(
      'gin',
      sql`${comparableSql(sql`content || ' ' || description`)} gin_trgm_ops`,
    ),
  ],
)

/** Everything else in the mirror: few of each kind, and only looked up. */
export const todoistThings = pgTable(
  'todoist_things',
  {
    accountId: bytewise('account_id')
      .notNull()
      .references(() => todoistAccounts.accountId, { onDelete: 'cascade' }),
    kind: text('kind', { enum: THING_KINDS }).notNull(),
    id: bytewise('id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    name: text('name').notNull(),
    /** The project of a section, the task of a note, the parent of a project. */
    parentId: bytewise('parent_id'),
    position: integer('position').notNull(),
    isArchived: boolean('is_archived').notNull(),
    absentSince: moment('absent_since'),
    wire: jsonb('wire').$type<JsonObject>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.kind, table.id] }),
    index('todoist_things_parent').on(table.accountId, table.kind, table.parentId),
  ],
)

/** A write that goes to Todoist. Its id is the command's uuid there, and its temporary id where it makes something. */
export const todoistCommands = pgTable(
  'todoist_commands',
  {
    id: bytewise('id').primaryKey(),
    /** Commands of an account are sent in this order. */
    position: numbered('position').unique('todoist_commands_position'),
    accountId: bytewise('account_id').notNull(),
    spaceId: bytewise('space_id').notNull(),
    /** Who asked for it. */
    personId: bytewise('person_id').notNull(),
    type: text('type').notNull(),
    args: jsonb('args').$type<JsonObject>().notNull(),
    /** Whether it makes something, to which later commands refer by the id of this one until Todoist gives another. */
    makes: boolean('makes').notNull(),
    /** What it is about: Todoist's id, or that of the command that makes it. */
    subjectId: bytewise('subject_id'),
    /** What a person recognizes it by: the text of the task. */
    title: text('title').notNull(),
    /** What is deleted, as it was. */
    snapshot: jsonb('snapshot').$type<JsonObject>(),
    state: text('state', { enum: COMMAND_STATES }).notNull(),
    /** It is not sent before; null: at once. */
    notBefore: moment('not_before'),
    attempts: integer('attempts').notNull().default(0),
    /** Todoist's id of what it made. */
    madeId: bytewise('made_id'),
    fault: jsonb('fault').$type<TodoistFault>(),
    createdAt: moment('created_at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    foreignKey({
      columns: [table.accountId],
      foreignColumns: [todoistAccounts.accountId],
      name: 'todoist_commands_account',
    }).onDelete('cascade'),
    // Commands that are still to be sent, in their order.
    index('todoist_commands_open')
      .on(table.accountId, table.position)
      .where(sql`state in ('waiting', 'sent')`),
    index('todoist_commands_subject').on(table.accountId, table.subjectId),
    // Housekeeping deletes old ones.
    index('todoist_commands_settled').on(table.settledAt),
  ],
)
