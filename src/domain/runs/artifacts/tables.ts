/** Files that runs make, and files that people send. */
import { sql } from 'drizzle-orm'
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, bytewise, moment } from '../../db/columns.ts'

export const artifacts = pgTable(
  'artifacts',
  {
    id: bytewise('id').primaryKey(),
    /** Null: a person has sent it. */
    runId: bytewise('run_id'),
    personId: bytewise('person_id').notNull(),
    /** The space of its run, or of the conversation in which it was sent. */
    spaceId: bytewise('space_id').notNull(),
    /** The step that made it, which makes it only once; null: a person has sent it. */
    stepId: bytewise('step_id').unique('artifacts_step'),
    name: text('name').notNull(),
    mediaType: text('media_type').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    /** SHA-256 of the content, hex. */
    sha256: text('sha256').notNull(),
    content: bytes('content').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // A run's artifacts.
    index('artifacts_run').on(table.runId, table.id),
    // How many bytes a person or a team has stored.
    index('artifacts_stored').on(table.spaceId, table.sizeBytes),
    // Housekeeping deletes the oldest that were sent.
    index('artifacts_sent').on(table.createdAt).where(sql`${table.runId} is null`),
  ],
)
