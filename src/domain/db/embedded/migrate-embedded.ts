/** Brings the embedded store to the schema of this program. */
import { isCurrent, migrate } from '../migrate.ts'
import type { EmbeddedDatabase } from './embedded-database.ts'

/** Migrates the embedded store, which no other process can have open. */
export async function migrateEmbedded(database: EmbeddedDatabase): Promise<void> {
  if (!(await isCurrent(database.db))) await database.transaction(migrate)
}
