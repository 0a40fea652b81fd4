/** What the runs of people, of teams and of agents may spend a day, and what they have spent. */
import { boolean, date, integer, pgTable, primaryKey, real } from 'drizzle-orm/pg-core'
import { big, bytewise, moment } from '../db/columns.ts'

export const budgets = pgTable(
  'budgets',
  {
    /** The person or the team. */
    ownerId: bytewise('person_id').notNull(),
    /** The agent; '' for everything that the owner's runs spend. */
    agentSlug: bytewise('agent_slug').notNull(),
    usdMicrosPerDay: big('usd_micros_per_day'),
    tokensPerDay: big('tokens_per_day'),
    /** The share of the day's budget, 0 to 1, from which no run starts by day, and at night. */
    dayShare: real('day_share').notNull(),
    nightShare: real('night_share').notNull(),
    /** Hours of the night, 0 to 23, in the owner's time zone: from the first until the second. */
    nightFrom: integer('night_from').notNull(),
    nightUntil: integer('night_until').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.agentSlug] })],
)

export const spending = pgTable(
  'spending',
  {
    /** The person or the team. */
    ownerId: bytewise('person_id').notNull(),
    agentSlug: bytewise('agent_slug').notNull(),
    /** In the owner's time zone: that of a team is the gateway's. */
    day: date('day', { mode: 'string' }).notNull(),
    reservedUsdMicros: big('reserved_usd_micros').notNull(),
    reservedTokens: big('reserved_tokens').notNull(),
    spentUsdMicros: big('spent_usd_micros').notNull(),
    spentTokens: big('spent_tokens').notNull(),
    /** On the row of the owner: whether they were told that a budget of this day is reached. */
    isTold: boolean('is_told').notNull().default(false),
  },
  // All workers add to one row, so that its guard covers all of them.
  (table) => [primaryKey({ columns: [table.ownerId, table.agentSlug, table.day] })],
)
