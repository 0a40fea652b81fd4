/** The parts of a kind whose things are rows with numbers: who sees them, and how they are found by number. */
import { and, inArray, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Kind } from '../../core/operation/kind.ts'
import type { Viewer } from './visible-to.ts'
import '../db/db.ts'

type NumberedTable = PgTable & { readonly id: PgColumn; readonly number: PgColumn }

/** `isVisible`: which rows of the table a caller may see. */
export function numbered(
  table: NumberedTable,
  isVisible: (viewer: Viewer) => SQL,
): Pick<Kind, 'sight' | 'find'> {
  return {
    sight: { table, isVisible },
    async find(ctx, numbers) {
      const { id, number } = table
      const isMeant = and(inArray(number, [...numbers]), isVisible(ctx))
      const rows = await ctx.db.select({ id, number }).from(table).where(isMeant)
      return rows.map((row) => ({ id: String(row.id), number: Number(row.number) }))
    },
  }
}
