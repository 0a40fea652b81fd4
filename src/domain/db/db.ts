/** The database as stores see it: one drizzle schema over two drivers with the same results. */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/**
 * The result of a statement without a result mapping, on either driver: its rows, and how many it affected. `bigint`
 * columns and counts are numbers up to 2^53 and `bigint` beyond; moments are text in raw statements.
 */
interface RowsOf extends PgQueryResultHKT {
  readonly type: this['row'][] & { readonly count: number }
}

/** A database, or the transaction that a write runs in. */
export type Db = PgDatabase<RowsOf, Record<string, never>>

declare module '../../core/operation/context.ts' {
  interface Resources {
    readonly db: Db
  }
}

/** An open database. */
export interface Database {
  readonly kind: 'server' | 'embedded'
  readonly db: Db
  /**
   * Runs `work` in one transaction, passed to it as a `Db`; an error undoes all of it. The embedded store has one
   * session, so `work` must use only its own `Db`: any other would wait for it for ever.
   */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /**
   * Resolves if the database serves reads and writes.
   * @throws AppError `unavailable`
   */
  ping(): Promise<void>
  /** Closes when running statements have finished, or after a time limit. */
  close(): Promise<void>
}
