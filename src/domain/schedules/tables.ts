/** Operations that the clock calls. */
import { sql } from 'drizzle-orm'
import { boolean, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { Actor } from '../../core/operation/actor.ts'
import { bytewise, moment, numbered } from '../db/columns.ts'

export const schedules = pgTable(
  'schedules',
  {
    id: bytewise('id').primaryKey(),
    number: numbered('number').unique('schedules_number'),
    /** The person for whom it fires. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to, whose space it is in: see `grants`. */
    spaceId: bytewise('space_id').notNull(),
    /** The maker, with the scopes that they had then. */
    starter: jsonb('starter').$type<Actor>().notNull(),
    /** The operation that is called. */
    operation: bytewise('operation').notNull().default('runs.start'),
    /** Its input, validated by its schema when written and when read. */
    input: jsonb('start').notNull(),
    /** Who approved, once for all times, a call that cannot be undone, and when. */
    approvedBy: bytewise('approved_by'),
    approvedAt: moment('approved_at'),
    /** Five fields of cron, read in `timeZone`. */
    cron: text('cron').notNull(),
    timeZone: text('time_zone').notNull(),
    /** What to do about missed moments: `skip` them, or call once for the `latest`, or for `all` up to a limit. */
    catchUp: text('catch_up', { enum: ['skip', 'latest', 'all'] }).notNull(),
    paused: boolean('paused').notNull(),
    /** Whether the person is told of every answer. */
    notify: boolean('notify').notNull().default(false),
    /** The next moment at which it fires; the worker that moves it on fires it. */
    nextAt: moment('next_at').notNull(),
    /** The run that it started last, where it starts runs. */
    lastRunId: bytewise('last_run_id'),
    /** The last moment for which a call was made or begun. */
    lastDueAt: moment('last_due_at'),
    /** The answer to its last call, in words. */
    lastOutcome: text('last_outcome'),
    /** Why its last call failed, in words; null after a successful call. */
    lastProblem: text('last_problem'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    // The schedules of a space.
    index('schedules_space').on(table.spaceId, table.id),
    // Due schedules.
    index('schedules_due').on(table.nextAt).where(sql`not ${table.paused}`),
  ],
)
