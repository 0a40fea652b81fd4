/** Brings a server's database to the schema of this program; any number of processes may try at once. */
import { sql } from 'drizzle-orm'
import { isCurrent, migrate } from '../migrate.ts'
import { openServerDatabase, type ServerDatabase } from './server-database.ts'

/** The advisory lock for which migrating processes queue: "swb" and a number. */
const MIGRATION_LOCK = 0x737762_01

/**
 * Migrates a server's database. One process does it in one transaction; the others wait for its lock and then find it
 * done.
 */
export async function migrateServer(database: ServerDatabase): Promise<void> {
  if (await isCurrent(database.db)) return
  // Without the time limits of other transactions, because it may wait as long as another process migrates.
  const patient = openServerDatabase(database.link.address, { poolSize: 1, isPooled: database.isPooled })
  try {
    await patient.transaction(async (db) => {
      await db.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
      if (!(await isCurrent(db))) await migrate(db)
    })
  } finally {
    await patient.close()
  }
}
