/** Runs that start by the clock. */
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
    /** What is started, validated by its schema when written and when read. */
    start: jsonb('start').notNull(),
    /** Five fields of cron, read in `timeZone`. */
    cron: text('cron').notNull(),
    timeZone: text('time_zone').notNull(),
    /** What to do about missed moments: `skip` them, or run once for the `latest`. */
    catchUp: text('catch_up', { enum: ['skip', 'latest'] }).notNull(),
    paused: boolean('paused').notNull(),
    /** The next moment at which it fires; the worker that moves it on fires it. */
    nextAt: moment('next_at').notNull(),
    lastRunId: bytewise('last_run_id'),
    lastDueAt: moment('last_due_at'),
    /** Why its last start failed, in words; null after a successful start. */
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
