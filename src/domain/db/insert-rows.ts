/** Writes rows of any table in one statement with one parameter. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/** Writes new rows, each with a value for every column. */
export async function insertRows<Table extends PgTable>(
  db: Db,
  table: Table,
  rows: readonly Table['$inferSelect'][],
): Promise<void> {
  await db.execute(insertOf(table, rows))
}

/**
 * The statement for them, which may be a part of another. It is the same however many rows there are, so that it is
 * prepared once: one with a value for each column and row takes longer to build than the database to run.
 */
export function insertOf<Table extends PgTable>(table: Table, rows: readonly Table['$inferSelect'][]): SQL {
  return sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${recordsOf(table, rows)}::json)`
}

/** The rows as a JSON array of records, by the names of their columns. */
export function recordsOf<Table extends PgTable>(
  table: Table,
  rows: readonly Table['$inferSelect'][],
): string {
  const columns = Object.entries(getTableColumns(table))
  const records = rows.map((row) => {
    const fields = new Map(Object.entries(row))
    return Object.fromEntries(columns.map(([property, { name }]) => [name, fields.get(property)]))
  })
  return JSON.stringify(records)
}
