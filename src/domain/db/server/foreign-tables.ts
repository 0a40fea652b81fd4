/** Tells another program's database from an empty one or our own, before tables collide. */

import { type SQL, sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { AppError } from '../../../core/errors.ts'
import type { Db } from '../db.ts'
import { MIGRATIONS } from '../migrate.ts'

interface TablesRow extends Record<string, unknown> {
  readonly migrated: boolean
  readonly schema: string
  readonly tables: string | null
}

const FIX =
  'Give Switchboard its own database: create database switchboard. If this is its own database, search_path must lead to its tables.'

/** @throws AppError `unavailable` when the database contains another program's tables */
export async function assertNotForeign(db: Db): Promise<void> {
  const [row] = await db.execute<TablesRow>(tablesIn(ownTables()))
  if (!row) return
  const { migrated, schema, tables } = row
  if (!migrated && tables !== null) {
    throw unfit(
      `its schema ${schema} has tables of another program under names that Switchboard needs: ${tables}`,
    )
  }
  if (migrated && tables === null) {
    throw unfit(
      `migrations were run in it (drizzle.__drizzle_migrations), but its schema ${schema} has no table of Switchboard`,
    )
  }
}

function tablesIn(names: readonly string[]): SQL {
  // One query on one table sees one moment: another process may be about to finish its migrations.
  return sql`select bool_or(nspname = 'drizzle' and relname = '__drizzle_migrations') as migrated,
      current_schema()::text as schema,
      string_agg(relname::text, ', ' order by relname)
        filter (where nspname = current_schema() and relname in ${names}) as tables
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace`
}

const CREATES_TABLE = /^CREATE TABLE (?:IF NOT EXISTS )?"(\w+)"/gim

function ownTables(): string[] {
  const statements = readMigrationFiles(MIGRATIONS).flatMap((migration) => migration.sql)
  return statements.flatMap((statement) =>
    [...statement.trim().matchAll(CREATES_TABLE)].map(([, name = '']) => name),
  )
}

function unfit(reason: string): AppError {
  return new AppError('unavailable', reason, { fix: FIX })
}
