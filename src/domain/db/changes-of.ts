/** The changes of an update that is written out, which may then be part of another statement. */
import { getTableColumns, Param, SQL, StringChunk } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

/** What each column becomes: a value, or an expression. */
type Changes<Table extends PgTable> = {
  readonly [Column in keyof Table['$inferSelect']]?: Table['$inferSelect'][Column] | SQL
}

/** One list of parts: drizzle's own update goes through all columns of the table, and makes a statement of each. */
export function changesOf<Table extends PgTable>(table: Table, changes: Changes<Table>): SQL {
  const columns = getTableColumns(table)
  const parts = Object.entries(changes).flatMap(([property, value], index) => {
    const column = columns[property]
    if (column === undefined) throw new Error(`there is no column ${property}`)
    const start = new StringChunk(`${index === 0 ? '' : ', '}"${column.name}" = `)
    return [start, value instanceof SQL ? value : new Param(value, column)]
  })
  return new SQL(parts)
}
