/** Deletes many rows in statements of bounded length, each its own transaction, so that others never wait long. */
import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Db } from './db.ts'

/** Rows deleted by one statement. */
const BATCH_ROWS = 1_000

/** Deletes the rows of `table` that match `which`; answers with their number. `db` must not be a transaction. */
export async function deleteInBatches(db: Db, table: PgTable, which: SQL | undefined): Promise<number> {
  for (let deleted = 0; ; ) {
    const batch = await db.execute(
      sql`delete from ${table} where ctid = any(array(select ctid from ${table} where ${which} limit ${BATCH_ROWS}))`,
    )
    deleted += batch.count
    if (batch.count < BATCH_ROWS) return deleted
  }
}
