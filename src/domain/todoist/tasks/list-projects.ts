/** Lists projects of the mirror in the order of their accounts and places. */
import { and, asc, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../../core/schema/page.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { visibleTo } from '../../access/visible-to.ts'
import { comparableSql, patternOf } from '../../db/comparable.ts'
import { todoistItems as items, todoistThings as things } from '../tables.ts'

interface ProjectQuery {
  readonly text?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const PLACED = 'place'

// In a list of columns drizzle leaves out the names of tables.
const openTasks = sql<number>`(select count(*)::int from ${items} item where item.account_id = todoist_things.account_id
  and item.project_id = todoist_things.id and not item.checked and item.absent_since is null)`

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listProjects(
  ctx: Pick<Context, 'db' | 'actor'>,
  accountIds: readonly string[],
  { text, limit, cursor }: ProjectQuery,
) {
  const after =
    cursor === undefined ? undefined : decodeCursor(cursor, PLACED, z.tuple([sortText, Position, sortText]))
  const isNext =
    after &&
    sql`(${things.accountId}, ${things.position}, ${things.id}) > (${after[0]}, ${after[1]}::int, ${after[2]})`
  const rows = await ctx.db
    .select({ project: getTableColumns(things), openTasks })
    .from(things)
    .where(
      and(
        visibleTo(ctx, things),
        inArray(things.accountId, [...accountIds]),
        eq(things.kind, 'projects'),
        isNull(things.absentSince),
        eq(things.isArchived, false),
        text === undefined ? undefined : sql`${comparableSql(things.name)} ilike ${patternOf(text)}`,
        isNext,
      ),
    )
    .orderBy(asc(things.accountId), asc(things.position), asc(things.id))
    .limit(limit + 1)
  return toPage(rows, limit, ({ project: { accountId, position, id } }) => ({
    sort: PLACED,
    after: [accountId, position, id],
  }))
}
