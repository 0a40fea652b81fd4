/** Files that runs make. */
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, bytewise, moment } from '../../db/columns.ts'

export const artifacts = pgTable(
  'artifacts',
  {
    id: bytewise('id').primaryKey(),
    runId: bytewise('run_id').notNull(),
    personId: bytewise('person_id').notNull(),
    /** The space of its run. */
    spaceId: bytewise('space_id').notNull(),
    /** The step that made it, which makes it only once. */
    stepId: bytewise('step_id').notNull().unique('artifacts_step'),
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
  ],
)
