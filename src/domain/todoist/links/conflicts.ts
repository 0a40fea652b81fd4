/** Fields that both sides changed, and changes that one side refused: both values are kept until a person looks at them. */
import { and, desc, eq, isNull, lt } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import { visibleTo } from '../../access/visible-to.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { projects } from '../../projects/tables.ts'
import { todoistConflicts as conflicts, todoistLinks as links } from './tables.ts'

export type ConflictRow = typeof conflicts.$inferSelect

const SHOWN_MAX = 50
const DAY_MS = 24 * 60 * 60_000
const KEPT_MS = 90 * DAY_MS

type NewConflict = Omit<ConflictRow, 'id' | 'at' | 'settledAt'>

export async function addConflict(
  ctx: Pick<Context, 'db' | 'now' | 'newId'>,
  added: NewConflict,
): Promise<void> {
  await ctx.db.insert(conflicts).values({ ...added, id: ctx.newId('conflict'), at: ctx.now, settledAt: null })
}

/** Those of an account that nobody has settled and whose project the caller sees, newest first. */
export async function openConflicts(
  ctx: Pick<Context, 'db' | 'actor'>,
  accountId: string,
): Promise<ConflictRow[]> {
  const rows = await ctx.db
    .select({ conflict: conflicts })
    .from(conflicts)
    .innerJoin(links, eq(links.id, conflicts.linkId))
    .innerJoin(projects, eq(projects.id, links.projectId))
    .where(and(visibleTo(ctx, projects), eq(links.accountId, accountId), isNull(conflicts.settledAt)))
    .orderBy(desc(conflicts.id))
    .limit(SHOWN_MAX)
  return rows.map(({ conflict }) => conflict)
}

export async function deleteOldConflicts(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(db, conflicts, lt(conflicts.at, new Date(now.getTime() - KEPT_MS)))
}
