/** Deletes many rows in statements of bounded length, each a transaction of its own, so that others wait for none of them long. */
import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/** Rows that one statement deletes. */
const BATCH_ROWS = 1_000

/** Deletes the rows of `table` for which `which` holds; answers with how many. `db` is not a transaction. */
export async function deleteInBatches(db: Db, table: PgTable, which: SQL | undefined): Promise<number> {
  for (let deleted = 0; ; ) {
    const batch = await db.execute(
      sql`delete from ${table} where ctid = any(array(select ctid from ${table} where ${which} limit ${BATCH_ROWS}))`,
    )
    deleted += batch.count
    if (batch.count < BATCH_ROWS) return deleted
  }
}
