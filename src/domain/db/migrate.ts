/** Brings a database to the schema of this program; any number of processes may try at once. */
import { fileURLToPath } from 'node:url'
import { type SQL, sql } from 'drizzle-orm'
import type { MigrationConfig } from 'drizzle-orm/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Db } from './db.ts'
import type { EmbeddedDatabase } from './embedded/embedded-database.ts'
import type { ServerDatabase } from './server/server-database.ts'

/** The same place seen from `src/domain` and from `dist/domain`. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** Names the advisory lock that migrating processes queue for: "swb" and a number of its own. */
const MIGRATION_LOCK = 0x737762_01

/** Migrates the embedded store, which nobody else can have open. */
export async function migrateEmbedded(database: EmbeddedDatabase): Promise<void> {
  if (!(await isCurrent(database.db))) await database.transaction(migrate)
}

/** Migrates a server's database. One process does it, in one transaction; the others wait for its lock, and find it done. */
export async function migrateServer(database: ServerDatabase): Promise<void> {
  if (await isCurrent(database.db)) return
  // Loaded here, so that the embedded store does without the driver.
  const { openServerDatabase } = await import('./server/server-database.ts')
  // Without the time limits of other transactions: it waits for as long as another process migrates.
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

async function isCurrent(db: Db): Promise<boolean> {
  const table = sql`to_regclass('drizzle.__drizzle_migrations')`
  const [found] = await db.execute<{ there: boolean }>(sql`select ${table} is not null as there`)
  if (!found?.there) return false
  const [last] = await db.execute<{ at: number }>(
    sql`select max(created_at) as at from drizzle.__drizzle_migrations`,
  )
  return last?.at === readMigrationFiles(MIGRATIONS).at(-1)?.folderMillis
}

export const MIGRATIONS: MigrationConfig = { migrationsFolder: MIGRATIONS_FOLDER }

/** What drizzle's own `migrate` of either driver does, in the transaction that there is: it would begin another. */
async function migrate(db: Db): Promise<void> {
  const { dialect, session } = db as unknown as Migratable
  const within: MigrationSession = {
    execute: (statement) => session.execute(statement),
    all: (statement) => session.all(statement),
    transaction: (work) => work(db),
  }
  await dialect.migrate(readMigrationFiles(MIGRATIONS), within, MIGRATIONS)
}

interface MigrationSession {
  execute(statement: SQL): Promise<unknown>
  all(statement: SQL): Promise<unknown>
  transaction(work: (db: Db) => Promise<unknown>): Promise<unknown>
}

/** The parts of a database that both drivers have and types do not show. */
interface Migratable {
  readonly dialect: {
    migrate(
      migrations: ReturnType<typeof readMigrationFiles>,
      session: MigrationSession,
      config: MigrationConfig,
    ): Promise<void>
  }
  readonly session: Pick<MigrationSession, 'execute' | 'all'>
}
