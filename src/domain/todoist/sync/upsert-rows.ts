/** Writes rows over those with the same key. */
import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from '../../db/db.ts'
import { insertOf, type NewRow } from '../../db/insert-rows.ts'

/** Rows of one statement: a first synchronization brings tens of thousands. */
const BATCH_ROWS = 1_000

/** `key`: the properties of the primary key. Rows must differ in it. */
export async function upsertRows<Table extends PgTable>(
  db: Db,
  table: Table,
  { rows, key }: { readonly rows: readonly NewRow<Table>[]; readonly key: readonly string[] },
): Promise<void> {
  const columns = Object.entries(getTableColumns(table))
  const named = (isKey: boolean) =>
    columns.flatMap(([property, { name }]) => (key.includes(property) === isKey ? [`"${name}"`] : []))
  const keys = sql.raw(named(true).join(', '))
  const changes = sql.raw(
    named(false)
      .map((name) => `${name} = excluded.${name}`)
      .join(', '),
  )
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const batch = insertOf(table, rows.slice(start, start + BATCH_ROWS))
    await db.execute(sql`${batch} on conflict (${keys}) do update set ${changes}`)
  }
}
