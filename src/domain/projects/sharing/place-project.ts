/** Puts a project, with everything in it, into the space of those who may see it. */
import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { refreshProjectGrants } from '../../teams/refresh-grants.ts'
import { projectKind } from '../project-kind.ts'
import { noteProjectChanged, type ProjectRow } from '../store.ts'
import { projectMembers, projects } from '../tables.ts'

/** The most tasks and runs that one change of a project's space takes along: it blocks the embedded store meanwhile. */
const PLACED_MAX_ROWS = 20_000

export interface Placed {
  readonly project: ProjectRow
  /** How many tasks and runs went with it. */
  readonly tasks: number
  readonly runs: number
}

export interface PlaceChange {
  readonly ownerId?: string
  readonly restricted?: boolean
}

/**
 * Writes a change of owner or restriction of a project that this transaction has locked with `lockGoverned`, and what
 * follows from it and from the project's members: its space, that of its tasks and runs, and who may do what there.
 * @throws AppError `conflict` for a project with too much in it, or with a run that has not ended
 */
export async function placeProject(ctx: Context, row: ProjectRow, change: PlaceChange = {}): Promise<Placed> {
  const { ownerId = row.ownerId, restricted = row.restricted } = change
  const after = { ...row, ownerId, restricted, spaceId: await spaceFor(ctx, { ...row, ownerId, restricted }) }
  const isMoved = after.spaceId !== row.spaceId || ownerId !== row.ownerId
  if (isMoved) await assertMovable(ctx, row)
  await ctx.db
    .update(projects)
    .set({ ownerId, restricted, spaceId: after.spaceId, updatedAt: ctx.now })
    .where(eq(projects.id, row.id))
  const moved = isMoved ? await takeAlong(ctx, after) : { tasks: 0, runs: 0 }
  await refreshProjectGrants(ctx.db, row.id)
  noteProjectChanged(ctx, row)
  noteProjectChanged(ctx, after)
  return { project: { ...after, updatedAt: ctx.now }, ...moved }
}

/** A space of its own once it is shared by name or restricted, else that of its owner. */
async function spaceFor(
  { db }: Pick<Context, 'db'>,
  { id, ownerId, restricted }: Pick<ProjectRow, 'id' | 'ownerId' | 'restricted'>,
): Promise<string> {
  if (restricted) return id
  const [member] = await db
    .select({ personId: projectMembers.personId })
    .from(projectMembers)
    .where(eq(projectMembers.projectId, id))
    .limit(1)
  return member === undefined ? ownerId : id
}

/** A run that has not ended spends its owner's budget and sees its owner's things, so it cannot change owners. */
async function assertMovable({ db }: Pick<Context, 'db'>, { id, number }: ProjectRow): Promise<void> {
  const [counted] = await db.execute<{ rows: number; open: number }>(sql`
    select (select count(*) from tasks where project_id = ${id})::int
        + (select count(*) from runs where project_id = ${id})::int as rows,
      (select count(*) from runs where project_id = ${id} and state in ('queued', 'running', 'waiting'))::int as open`)
  const ref = refOf(projectKind, number)
  if (counted !== undefined && counted.open > 0) {
    throw new AppError('conflict', `Project ${ref} has ${counted.open} runs that have not ended.`, {
      fix: 'Wait for them, or cancel them (runs.cancel), then try again.',
    })
  }
  if (counted === undefined || counted.rows <= PLACED_MAX_ROWS) return
  throw new AppError('conflict', `Project ${ref} has more than ${PLACED_MAX_ROWS} tasks and runs.`, {
    fix: 'Make a new project there, and move the tasks that are still open to it (tasks.update).',
  })
}

async function takeAlong(
  { db }: Pick<Context, 'db'>,
  { id, ownerId, spaceId }: ProjectRow,
): Promise<{ tasks: number; runs: number }> {
  const [moved] = await db.execute<{ tasks: number; runs: number }>(sql`with
    tasks_moved as (
      update tasks set owner_id = ${ownerId}, space_id = ${spaceId} where project_id = ${id} returning 1),
    runs_moved as (
      update runs set owner_id = ${ownerId}, space_id = ${spaceId} where project_id = ${id} returning id),
    approvals_moved as (update approvals set space_id = ${spaceId} where run_id in (select id from runs_moved)),
    artifacts_moved as (update artifacts set space_id = ${spaceId} where run_id in (select id from runs_moved))
    select (select count(*) from tasks_moved)::int as tasks, (select count(*) from runs_moved)::int as runs`)
  return moved ?? { tasks: 0, runs: 0 }
}
