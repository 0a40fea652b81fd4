/** The migrations that bring a database to the schema of this program. */
import { fileURLToPath } from 'node:url'
import { type SQL, sql } from 'drizzle-orm'
import type { MigrationConfig } from 'drizzle-orm/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { PACKAGE_FOLDER } from '../../package-folder.ts'
import type { Db } from './db.ts'

const MIGRATIONS_FOLDER = fileURLToPath(new URL('drizzle', PACKAGE_FOLDER))

export async function isCurrent(db: Db): Promise<boolean> {
  const table = sql`to_regclass('drizzle.__drizzle_migrations')`
  const [found] = await db.execute<{ there: boolean }>(sql`select ${table} is not null as there`)
  if (!found?.there) return false
  const [last] = await db.execute<{ at: number }>(
    sql`select max(created_at) as at from drizzle.__drizzle_migrations`,
  )
  return last?.at === readMigrationFiles(MIGRATIONS).at(-1)?.folderMillis
}

export const MIGRATIONS: MigrationConfig = { migrationsFolder: MIGRATIONS_FOLDER }

/**
 * Does what drizzle's own `migrate` of either driver does, but in the present transaction: drizzle would begin another.
 */
export async function migrate(db: Db): Promise<void> {
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

/** Parts of a database that both drivers have but their types do not show. */
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
