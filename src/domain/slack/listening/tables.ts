/** Gateways that listen to Slack through sockets, and until when each has heard it. */
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../../db/columns.ts'

export const slackListeners = pgTable('slack_listeners', {
  /** One process, from its start to its end. */
  id: bytewise('id').primaryKey(),
  /** Its open connections. */
  connections: integer('connections').notNull(),
  /** Why it can open no further one. */
  trouble: text('trouble'),
  /** Until when it knows what was said: by the last event, or by reading the history; null: it has heard nothing yet. */
  heardAt: moment('heard_at'),
  /** The beginning of a gap that it reads; null: none. */
  gapSince: moment('gap_since'),
  notedAt: moment('noted_at').notNull(),
})
