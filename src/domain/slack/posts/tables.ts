/** Messages of the bot in Slack: where each one went, so that it is found again to be edited. */
import { sql } from 'drizzle-orm'
import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../../db/columns.ts'

export const slackPosts = pgTable(
  'slack_posts',
  {
    /** Of its delivery in the outbox, and in the metadata of the message at Slack. */
    id: bytewise('id').primaryKey(),
    teamId: bytewise('team_id').notNull(),
    /** As it was posted to: the id of a channel, or of a user who is written to privately. */
    channel: bytewise('channel').notNull(),
    /** The root of the thread that it was posted in; null: it is no reply. */
    threadTs: bytewise('thread_ts'),
    /** The user who alone sees it. */
    onlyFor: bytewise('only_for'),
    /** The URI of what it shows: `approval://...`. */
    about: bytewise('about'),
    /** Where Slack has it; null: it is on its way. Slack does not say where the message of one user is. */
    sentTo: text('sent_to'),
    sentTs: bytewise('sent_ts'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // The messages that show a thing.
    index('slack_posts_about').on(table.about).where(sql`${table.about} is not null`),
    // Housekeeping deletes the oldest; the threads in which the bot wrote last.
    index('slack_posts_age').on(table.createdAt),
  ],
)
