/** The database as stores see it: one drizzle schema over two drivers that answer alike. */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/**
 * What a statement without a result mapping answers, on either driver: its rows, and how many it touched.
 * `bigint` columns and counts are numbers up to 2^53 and `bigint` beyond; moments are text in raw statements.
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

/** An open database and its life. */
export interface Database {
  readonly kind: 'server' | 'embedded'
  readonly db: Db
  /**
   * Runs `work` in one transaction, given to it as a `Db`: what throws undoes all of it. The embedded store has one
   * session, so that `work` must use nothing but its own `Db`: any other would wait for it for ever.
   */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Answers when the database would serve reads and writes. @throws AppError `unavailable` */
  ping(): Promise<void>
  /** Closes when what runs has finished, or after a bound. */
  close(): Promise<void>
}
