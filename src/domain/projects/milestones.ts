/** Milestones of a project, in their order. */
import { and, asc, count, eq, max, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { SeenKind } from '../../core/operation/kind.ts'
import { visibleTo } from '../access/visible-to.ts'
import { type MilestoneDraft, PROJECT_LIMITS } from './project.ts'
import { assertEditable, noteProjectChanged, type ProjectRow, projectColumns } from './store.ts'
import { milestones, projects } from './tables.ts'

export type MilestoneRow = typeof milestones.$inferSelect

export const milestoneKind: SeenKind = {
  name: 'milestone',
  sight: {
    table: milestones,
    isVisible: (viewer) =>
      sql`exists (select from ${projects} where ${projects.id} = ${milestones.projectId} and ${visibleTo(viewer, projects)})`,
  },
}

/** A milestone that this transaction has locked, with its project. */
export type HeldMilestone = MilestoneRow & { readonly project: ProjectRow }

/** The milestones of a project that the person is known to see. */
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
  project: ProjectRow,
  drafts: readonly MilestoneDraft[],
): Promise<MilestoneRow[]> {
  if (drafts.length === 0) return []
  const { id: projectId } = project
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
  noteProjectChanged(ctx, project)
  return rows
}

/**
 * Locks a milestone until this transaction ends.
 * @throws AppError `not_found`, or `forbidden` when the caller may only read its project.
 */
export async function lockMilestone(ctx: Context, milestoneId: string): Promise<HeldMilestone> {
  const find = () =>
    ctx.db
      .select({ milestone: milestones, project: projectColumns(ctx) })
      .from(milestones)
      .innerJoin(projects, eq(projects.id, milestones.projectId))
      .where(and(eq(milestones.id, milestoneId), visibleTo(ctx, projects)))
  await find().for('update', { of: milestones })
  // Read again once locked: the caller's rights may have ended while the statement waited.
  const [found] = await find()
  if (!found) throw notFound('milestone', milestoneId)
  return { ...found.milestone, project: assertEditable(found.project) }
}

/** Writes changes to a milestone that this transaction has locked. */
export async function changeMilestone(
  ctx: Context,
  row: HeldMilestone,
  changes: Partial<Pick<MilestoneRow, 'title' | 'dueDate' | 'completedAt'>>,
): Promise<MilestoneRow> {
  if (Object.keys(changes).length === 0) return row
  await ctx.db.update(milestones).set(changes).where(eq(milestones.id, row.id))
  noteProjectChanged(ctx, row.project)
  return { ...row, ...changes }
}

export async function deleteMilestone(ctx: Context, row: HeldMilestone): Promise<void> {
  await ctx.db.delete(milestones).where(eq(milestones.id, row.id))
  noteProjectChanged(ctx, row.project)
}
