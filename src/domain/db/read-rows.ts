/** Reads whole rows of any table out of a statement that is written out. */
import { getTableColumns, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/**
 * What a statement that ends in `select *` or `returning *` of the table answers. Naming each of many columns takes
 * longer than the database needs for the statement.
 */
export async function readRows<Table extends PgTable>(
  db: Db,
  table: Table,
  statement: SQL,
): Promise<Table['$inferSelect'][]> {
  const columns = Object.entries(getTableColumns(table))
  const rows = await db.execute<Record<string, unknown>>(statement)
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(([property, column]) => {
        const value = row[column.name]
        return [property, value === null ? null : column.mapFromDriverValue(value)]
      }),
    ),
  )
}
