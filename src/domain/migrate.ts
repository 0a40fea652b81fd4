/** Brings a database to the schema of this program; any number of processes may try at once. */
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import type { MigrationConfig } from 'drizzle-orm/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Db } from './db.ts'
import type { EmbeddedDatabase } from './db-embedded.ts'
import type { ServerDatabase } from './db-server.ts'

/** The same place seen from `src/domain` and from `dist/domain`. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** Names the advisory lock that migrating processes queue for: "swb" and a number of its own. */
const MIGRATION_LOCK = 0x737762_01

/** Migrates the embedded store, which nobody else can have open. */
export async function migrateEmbedded({ db }: EmbeddedDatabase): Promise<void> {
  if (!(await isCurrent(db))) await migrate(db)
}

/**
 * Migrates a server's database. One process does it, the others wait and find it done. It has a connection of its own,
 * because the lock lives as long as that: a process that dies gives it up.
 */
export async function migrateServer({ db }: ServerDatabase, url: string): Promise<void> {
  if (await isCurrent(db)) return
  // Loaded here, so that the embedded store does without the driver.
  const { openServerDatabase } = await import('./db-server.ts')
  const single = openServerDatabase(url, { poolSize: 1 })
  try {
    await single.db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`)
    if (!(await isCurrent(single.db))) await migrate(single.db)
  } finally {
    await single.close()
  }
}

async function isCurrent(db: Db): Promise<boolean> {
  const table = sql`to_regclass('drizzle.__drizzle_migrations')`
  const [found] = await db.execute<{ there: boolean }>(sql`select ${table} is not null as there`)
  if (!found?.there) return false
  const [last] = await db.execute<{ at: number }>(
    sql`select max(created_at) as at from drizzle.__drizzle_migrations`,
  )
  return last?.at === readMigrationFiles(CONFIG).at(-1)?.folderMillis
}

const CONFIG: MigrationConfig = { migrationsFolder: MIGRATIONS_FOLDER }

/** What drizzle's own `migrate` of either driver does; it takes the parts that both have and types do not show. */
async function migrate(db: Db): Promise<void> {
  const parts = db as unknown as Migratable
  await parts.dialect.migrate(readMigrationFiles(CONFIG), parts.session, CONFIG)
}

interface Migratable {
  readonly dialect: {
    migrate(
      migrations: ReturnType<typeof readMigrationFiles>,
      session: unknown,
      config: MigrationConfig,
    ): Promise<void>
  }
  readonly session: unknown
}
