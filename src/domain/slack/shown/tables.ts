/** What people see in Slack and can press: the actions behind buttons, and notifications that change when they are settled. */
import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { NextCall } from '../../../core/operation/next-call.ts'
import { bytewise, moment } from '../../db/columns.ts'

export const slackActions = pgTable(
  'slack_actions',
  {
    /** The button in Slack has it, and nothing else. */
    id: bytewise('id').primaryKey(),
    /** Of the message that shows it. */
    postId: bytewise('post_id').notNull(),
    /** For whom it was shown. Others may press it too, and are then held to their own rights. */
    personId: bytewise('person_id').notNull(),
    /** The notification that offers it. */
    notificationId: bytewise('notification_id'),
    label: text('label').notNull(),
    /** What pressing it says in the conversation; null: it calls something. */
    say: text('say'),
    call: jsonb('call').$type<NextCall>(),
    /** What it answers among what waits in the conversation; null: it answers nothing that waits. */
    waitingId: bytewise('waiting_id'),
    madeAt: moment('made_at').notNull(),
    /** When it was done; what only reads can be done often, and is not noted. */
    usedAt: moment('used_at'),
    usedBy: bytewise('used_by'),
    /** The click that did it. */
    usedKey: bytewise('used_key'),
  },
  (table) => [
    // Those of one message.
    index('slack_actions_post').on(table.postId),
    // Those that end with what they answer.
    index('slack_actions_waiting')
      .on(table.waitingId)
      .where(sql`${table.waitingId} is not null and ${table.usedAt} is null`),
    // Housekeeping deletes the oldest.
    index('slack_actions_age').on(table.madeAt),
  ],
)

/** Home tabs that were opened. Slack does not say when they are closed. */
export const slackHomes = pgTable(
  'slack_homes',
  {
    teamId: bytewise('team_id').notNull(),
    userId: bytewise('user_id').notNull(),
    openedAt: moment('opened_at').notNull(),
    /** What it shows, so that it is drawn again only when that changes. */
    digest: text('digest'),
    /** Slack's own mark of what it shows: a newer drawing is not replaced by an older one. */
    hash: text('hash'),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.userId] }),
    // Those that may still be open; housekeeping deletes the oldest.
    index('slack_homes_opened').on(table.openedAt),
  ],
)

export const slackNotes = pgTable(
  'slack_notes',
  {
    personId: bytewise('person_id').notNull(),
    notificationId: bytewise('notification_id').notNull(),
    /** The message that shows it. */
    postId: bytewise('post_id').notNull(),
    madeAt: moment('made_at').notNull(),
    /** When its matter was closed and the message says so, or when it was sent, if there was nothing to do about it. */
    settledAt: moment('settled_at'),
  },
  (table) => [
    // A notification is shown to its person once.
    primaryKey({ columns: [table.personId, table.notificationId] }),
    // Those that may have to change.
    index('slack_notes_open').on(table.personId).where(sql`${table.settledAt} is null`),
    // Housekeeping deletes the oldest.
    index('slack_notes_age').on(table.madeAt),
  ],
)
