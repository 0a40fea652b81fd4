/** Files that people sent in Slack: where each one came from, so that it is kept once, and forgotten with its message. */
import { index, pgTable, primaryKey } from 'drizzle-orm/pg-core'
import { bytewise, moment } from '../../db/columns.ts'
import { artifacts } from '../../runs/artifacts/tables.ts'

export const slackFiles = pgTable(
  'slack_files',
  {
    /** The person or the team that has it. */
    spaceId: bytewise('space_id').notNull(),
    teamId: bytewise('team_id').notNull(),
    fileId: bytewise('file_id').notNull(),
    artifactId: bytewise('artifact_id')
      .notNull()
      .references(() => artifacts.id, { onDelete: 'cascade' }),
    /** The message with which it came first. */
    channelId: bytewise('channel_id').notNull(),
    messageTs: bytewise('message_ts').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.spaceId, table.teamId, table.fileId] }),
    // They are deleted with their artifacts.
    index('slack_files_artifact').on(table.artifactId),
    // Those of a message that was deleted, and of a file that was.
    index('slack_files_message').on(table.teamId, table.channelId, table.messageTs),
    index('slack_files_file').on(table.teamId, table.fileId),
  ],
)
