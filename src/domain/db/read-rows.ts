/** Reads whole rows of any table from a raw statement. */
import { getTableColumns, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/**
 * The rows of a statement that ends in `select *` or `returning *` of the table. Naming many columns takes longer than
 * the database needs for the statement.
 */
export async function readRows<Table extends PgTable>(
  db: Db,
  table: Table,
  statement: SQL,
): Promise<Table['$inferSelect'][]> {
  const rows = await db.execute<Record<string, unknown>>(statement)
  return rows.map(rowReader(table))
}

/** Reads one row of the table from a record that may contain more. */
export function rowReader<Table extends PgTable>(
  table: Table,
): (record: Readonly<Record<string, unknown>>) => Table['$inferSelect'] {
  const columns = Object.entries(getTableColumns(table))
  return (record) => {
    const row: Record<string, unknown> = {}
    for (const [property, column] of columns) {
      const value = record[column.name]
      row[property] = value === null ? null : column.mapFromDriverValue(value)
    }
    // It has each column of the table under the name of its property.
    return row as Table['$inferSelect']
  }
}
