/** Puts a project, with everything in it, into the space of those who may see it. */
import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { refOf } from '../../../core/operation/kind.ts'
import { counted } from '../../../core/text/counts.ts'
import { refreshProjectGrants, rewriteProjectGrants } from '../../teams/refresh-grants.ts'
import type { Move, ProjectPlace } from '../move.ts'
import { firstStep } from '../move-steps.ts'
import { projectKind } from '../project-kind.ts'
import { noteProjectChanged, type ProjectRow } from '../store.ts'
import { projectMembers, projects } from '../tables.ts'

declare module '../../../core/operation/context.ts' {
  interface Resources {
    /** The most tasks and runs of a project that moves in one transaction. */
    readonly projectRowsAtOnce?: number
    /** Tasks, or runs, that one transaction of a longer move rewrites. */
    readonly projectBatchRows?: number
  }
}

/** The most tasks and runs that move in one transaction: it blocks the embedded store meanwhile. */
const ROWS_AT_ONCE = 20_000

/** Announced when a long move begins and after each of its batches, so that the next one follows at once. */
export const MOVES_URI = 'project-moves://'
/** No person's, so that only workers hear it. */
export const MOVES_SPACE = 'project-moves'

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
 * follows from it and from the project's members: its space, that of its tasks and runs, and who may do what there. A
 * project with more in it than moves at once only begins to move; workers continue: see `continue-moves.ts`.
 * @throws AppError `conflict` for a project with a run that has not ended
 */
export async function placeProject(ctx: Context, row: ProjectRow, change: PlaceChange = {}): Promise<Placed> {
  const { ownerId = row.ownerId, restricted = row.restricted } = change
  const wanted = { ownerId, restricted, spaceId: await spaceFor(ctx, { ...row, ownerId, restricted }) }
  const isAway = wanted.spaceId !== row.spaceId || ownerId !== row.ownerId
  const { rows, open } = isAway ? await countInside(ctx, row) : { rows: 0, open: 0 }
  // A right ends at once, whatever runs. Alone with its owner, the project may keep its space until its next change.
  const stays = open > 0 && ownerId === row.ownerId && restricted === row.restricted && isOwnSpace(row)
  if (open > 0 && !stays) throw hasOpenRuns(row, open)
  const to = stays ? { ...wanted, spaceId: row.spaceId } : wanted
  const isMoved = isAway && !stays
  // Also for a longer move: people who would see too much are refused while the move can still be refused.
  await writePlace(ctx, row.id, { ...to, moving: null })
  await refreshProjectGrants(ctx.db, row.id)
  const isLong = rows > (ctx.projectRowsAtOnce ?? ROWS_AT_ONCE)
  const after = isLong ? await beginMove(ctx, row, { to, rows }) : { ...row, ...to }
  const moved = isMoved && !isLong ? await takeAlong(ctx, after) : { tasks: 0, runs: 0 }
  noteProjectChanged(ctx, row)
  noteProjectChanged(ctx, { ...row, ...to })
  return { project: { ...after, updatedAt: ctx.now }, ...moved }
}

async function beginMove(ctx: Context, row: ProjectRow, { to, rows }: Pick<Move, 'to' | 'rows'>) {
  const step = firstStep(row, { to, rows, by: ctx.actor.personId, startedAt: ctx.now.toISOString() })
  await writePlace(ctx, row.id, step)
  await rewriteProjectGrants(ctx.db, row.id)
  ctx.changed(MOVES_URI, MOVES_SPACE)
  return { ...row, ...step }
}

async function writePlace(
  { db, now }: Pick<Context, 'db' | 'now'>,
  id: string,
  place: ProjectPlace & Pick<ProjectRow, 'moving'>,
): Promise<void> {
  await db
    .update(projects)
    .set({ ...place, updatedAt: now })
    .where(eq(projects.id, id))
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

function isOwnSpace({ id, spaceId }: ProjectRow): boolean {
  return spaceId === id
}

/** How many tasks and runs a project has, and how many of the runs have not ended. */
async function countInside(
  { db }: Pick<Context, 'db'>,
  { id }: Pick<ProjectRow, 'id'>,
): Promise<{ readonly rows: number; readonly open: number }> {
  const [found] = await db.execute<{ rows: number; open: number }>(sql`
    select (select count(*) from tasks where project_id = ${id})::int
        + (select count(*) from runs where project_id = ${id})::int as rows,
      (select count(*) from runs where project_id = ${id} and state in ('queued', 'running', 'waiting'))::int as open`)
  if (found === undefined) throw new Error('a count answers with a row')
  return found
}

/** A run that has not ended spends its owner's budget and sees its owner's things, so it cannot change owners. */
function hasOpenRuns({ number }: ProjectRow, open: number): AppError {
  const runs = counted(open, 'run that has', 'runs that have')
  return new AppError('conflict', `Project ${refOf(projectKind, number)} has ${runs} not ended.`, {
    fix: 'Wait for it to end, or cancel it (runs.cancel), then try again.',
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
