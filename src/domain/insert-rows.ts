/** Writes rows of any table in one statement with one parameter. */
import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/**
 * Writes new rows, each with a value for every column. The statement is the same however many rows there are, so that
 * it is prepared once: one with a value for each column and row takes longer to build than the database to run.
 */
export async function insertRows<Table extends PgTable>(
  db: Db,
  table: Table,
  rows: readonly Table['$inferSelect'][],
): Promise<void> {
  const columns = Object.entries(getTableColumns(table))
  const records = rows.map((row) => {
    const fields = new Map(Object.entries(row))
    return Object.fromEntries(columns.map(([property, { name }]) => [name, fields.get(property)]))
  })
  const json = JSON.stringify(records)
  await db.execute(
    sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${json}::json)`,
  )
}
