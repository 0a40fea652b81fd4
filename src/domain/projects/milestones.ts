/** Milestones of a project, in their order. */
import { and, asc, count, eq, max } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { type MilestoneDraft, PROJECT_LIMITS, projectUri } from './project.ts'
import { milestones, projects } from './tables.ts'

export type MilestoneRow = typeof milestones.$inferSelect

/** The milestones of a project that is known to belong to the person. */
export async function listMilestones(ctx: Pick<Context, 'db'>, projectId: string): Promise<MilestoneRow[]> {
  return ctx.db
    .select()
    .from(milestones)
    .where(eq(milestones.projectId, projectId))
    .orderBy(asc(milestones.position), asc(milestones.id))
    .limit(PROJECT_LIMITS.milestones)
}

/**
 * Adds milestones after the existing ones. The caller has locked the project, so that no two get the same position.
 * @throws AppError `conflict` when there would be too many.
 */
export async function insertMilestones(
  ctx: Context,
  projectId: string,
  drafts: readonly MilestoneDraft[],
): Promise<MilestoneRow[]> {
  if (drafts.length === 0) return []
  const [there] = await ctx.db
    .select({ count: count(), last: max(milestones.position) })
    .from(milestones)
    .where(eq(milestones.projectId, projectId))
  if (Number(there?.count ?? 0) + drafts.length > PROJECT_LIMITS.milestones) {
    throw new AppError('conflict', `A project has at most ${PROJECT_LIMITS.milestones} milestones.`, {
      fix: 'Remove some, or turn them into tasks.',
    })
  }
  const next = (there?.last ?? -1) + 1
  const rows = drafts.map(({ title, dueDate }, index) => ({
    id: ctx.newId('milestone'),
    projectId,
    title,
    dueDate: dueDate ?? null,
    position: next + index,
    completedAt: null,
    createdAt: ctx.now,
  }))
  await ctx.db.insert(milestones).values(rows)
  ctx.changed(projectUri(projectId))
  return rows
}

/**
 * Locks a milestone until this transaction ends.
 * @throws AppError `not_found` when it does not belong to the person.
 */
export async function lockMilestone(ctx: Context, milestoneId: string): Promise<MilestoneRow> {
  const [found] = await ctx.db
    .select({ milestone: milestones })
    .from(milestones)
    .innerJoin(projects, eq(projects.id, milestones.projectId))
    .where(and(eq(milestones.id, milestoneId), eq(projects.personId, ctx.actor.personId)))
    .for('update', { of: milestones })
  if (!found) throw notFound('milestone', milestoneId)
  return found.milestone
}

/** Writes changes to a milestone that this transaction has locked. */
export async function changeMilestone(
  ctx: Context,
  row: MilestoneRow,
  changes: Partial<Pick<MilestoneRow, 'title' | 'dueDate' | 'completedAt'>>,
): Promise<MilestoneRow> {
  if (Object.keys(changes).length === 0) return row
  await ctx.db.update(milestones).set(changes).where(eq(milestones.id, row.id))
  ctx.changed(projectUri(row.projectId))
  return { ...row, ...changes }
}

export async function deleteMilestone(ctx: Context, row: MilestoneRow): Promise<void> {
  await ctx.db.delete(milestones).where(eq(milestones.id, row.id))
  ctx.changed(projectUri(row.projectId))
}
