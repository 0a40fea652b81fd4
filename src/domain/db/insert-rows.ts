/** Writes rows of any table in one statement with one parameter. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/** A row without what the database gives it: its number, and what follows from its other columns. */
export type NewRow<Table extends PgTable> = Pick<
  Table['$inferSelect'],
  keyof Table['$inferInsert'] & keyof Table['$inferSelect']
>

/** Writes new rows, each with a value for every column. */
export async function insertRows<Table extends PgTable>(
  db: Db,
  table: Table,
  rows: readonly NewRow<Table>[],
): Promise<void> {
  await db.execute(insertOf(table, rows))
}

/** Rows, each with its assigned number. */
type Numbered<Rows> = { [Index in keyof Rows]: Rows[Index] & { readonly number: number } }

/** Writes new rows of a table with numbers, and returns them with their numbers. */
export async function insertNumbered<
  Table extends PgTable,
  const Rows extends readonly (NewRow<Table> & { readonly id: string })[],
>(db: Db, table: Table, rows: Rows): Promise<Numbered<Rows>> {
  const inserted = await db.execute<{ id: string; number: number }>(
    sql`${insertOf(table, rows)} returning id, number`,
  )
  const numbers = new Map(inserted.map(({ id, number }) => [id, number]))
  return rows.map((row) => ({ ...row, number: numbers.get(row.id) })) as unknown as Numbered<Rows>
}

/**
 * The insert statement, which may be part of another. Its text is the same for any number of rows, so that it is
 * prepared once: a statement with one parameter per value takes longer to build than the database needs to run it.
 */
export function insertOf<Table extends PgTable>(table: Table, rows: readonly NewRow<Table>[]): SQL {
  const columns = columnsOf(table)
  const records = sql`json_populate_recordset(null::${table}, ${recordsOf(table, rows)}::json)`
  return sql`insert into ${table} (${columns}) select ${columns} from ${records}`
}

const columnLists = new WeakMap<PgTable, SQL>()

/** The columns that a writer gives, as text: a statement of many named columns takes long to build. */
function columnsOf(table: PgTable): SQL {
  const known = columnLists.get(table)
  if (known !== undefined) return known
  const given = Object.values(getTableColumns(table)).filter(
    (column) => !column.generatedIdentity && !column.generated,
  )
  const list = sql.raw(given.map(({ name }) => `"${name}"`).join(', '))
  columnLists.set(table, list)
  return list
}

/** The rows as a JSON array of records, by the names of their columns. */
export function recordsOf<Table extends PgTable>(table: Table, rows: readonly NewRow<Table>[]): string {
  const columns = Object.entries(getTableColumns(table))
  const records = rows.map((row: Readonly<Record<string, unknown>>) => {
    const record: Record<string, unknown> = {}
    for (const [property, { name }] of columns) record[name] = row[property]
    return record
  })
  return JSON.stringify(records)
}
