/** Finds rows by their numbers, for kinds of things that people refer to by number. */
import { and, inArray, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Finder, Kind } from '../../core/operation/kind.ts'
import './db.ts'

type NumberedTable = PgTable & { readonly id: PgColumn; readonly number: PgColumn }

/** `isVisible`: which rows of the table a caller may see. */
export function findNumbered(table: NumberedTable, isVisible: (viewer: Finder) => SQL): Kind['find'] {
  return async (ctx, numbers) => {
    const { id, number } = table
    const isMeant = and(inArray(number, [...numbers]), isVisible(ctx))
    const rows = await ctx.db.select({ id, number }).from(table).where(isMeant)
    return rows.map((row) => ({ id: String(row.id), number: Number(row.number) }))
  }
}
