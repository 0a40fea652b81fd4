/** What people set for their rituals, and what they decided in them. */
import { date, integer, jsonb, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../db/columns.ts'

/** Rituals of which people are told at a time of their own. */
export const TIMED_RITUALS = ['brief', 'midday', 'wrap', 'outcomes', 'review'] as const
export type TimedRitual = (typeof TIMED_RITUALS)[number]

/** When a person wants to be told of which ritual: HH:MM in their time zone; absent: not at all. */
export type RitualTimes = Readonly<Partial<Record<TimedRitual, string>>>

export const ritualPreferences = pgTable('ritual_preferences', {
  personId: bytewise('person_id').primaryKey(),
  times: jsonb('times').$type<RitualTimes>().notNull().default({}),
  /** The hours of the day in which the person has the most energy, as HH:MM; null: not set. */
  energyFrom: text('energy_from'),
  energyUntil: text('energy_until'),
  /** The hours in which the person works, as HH:MM; null: not set. */
  workFrom: text('work_from'),
  workUntil: text('work_until'),
  /** From how many tasks of a day on the rituals advise against new ones; null: never. */
  newTaskLimit: integer('new_task_limit'),
})

/** The last day, in the person's time zone, on which they were told of a ritual. */
export const ritualTellings = pgTable(
  'ritual_tellings',
  {
    personId: bytewise('person_id').notNull(),
    ritual: text('ritual', { enum: TIMED_RITUALS }).notNull(),
    day: date('day', { mode: 'string' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.ritual] })],
)

/** What people want to have achieved by the end of a week. */
export const weeklyOutcomes = pgTable(
  'weekly_outcomes',
  {
    personId: bytewise('person_id').notNull(),
    /** The Monday of the week. */
    week: date('week', { mode: 'string' }).notNull(),
    /** From 1 on. */
    number: smallint('number').notNull(),
    text: text('text').notNull(),
    achievedAt: moment('achieved_at'),
  },
  (table) => [primaryKey({ columns: [table.personId, table.week, table.number] })],
)

/** How far people are with the review of a week. */
export const weeklyReviews = pgTable(
  'weekly_reviews',
  {
    personId: bytewise('person_id').notNull(),
    /** The Monday of the week. */
    week: date('week', { mode: 'string' }).notNull(),
    /** The steps that are done or skipped, by their names. */
    steps: jsonb('steps').$type<Readonly<Record<string, 'done' | 'skipped'>>>().notNull(),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.personId, table.week] })],
)
