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
  /** When it last had an open connection; null: never. */
  heardAt: moment('heard_at'),
  notedAt: moment('noted_at').notNull(),
})
