/** Puts a project, with everything in it, into the space of those who may see it. */
import { eq, sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import type { Db } from '../../db/db.ts'
import { refreshProjectGrants, rewriteProjectGrants } from '../../teams/refresh-grants.ts'
import type { ProjectPlace } from '../move.ts'
import { firstStep, type Step } from '../move-steps.ts'
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
 * follows from it and from the project's members: its space, that of its tasks and runs, and who may do what there. While
 * a run in the project has not ended, or with more in it than moves at once, the move only begins; workers continue: see
 * `continue-moves.ts`. A move that still waits goes on with the change.
 * @throws AppError `conflict` when somebody would have too many spaces
 */
export async function placeProject(ctx: Context, row: ProjectRow, change: PlaceChange = {}): Promise<Placed> {
  const { ownerId, restricted } = { ...(row.moving?.to ?? row), ...change }
  const wanted = { ownerId, restricted, spaceId: await spaceFor(ctx, { ...row, ownerId, restricted }) }
  const isAway = wanted.spaceId !== row.spaceId || ownerId !== row.ownerId
  const { rows, open } = isAway ? await countInside(ctx.db, row) : { rows: 0, open: 0 }
  // A right ends at once, whatever runs. Alone with its owner, the project may keep its space until its next change.
  const stays = open > 0 && ownerId === row.ownerId && restricted === row.restricted && isOwnSpace(row)
  const to = stays ? { ...wanted, spaceId: row.spaceId } : wanted
  // Also for a move that only begins: people who would see too much are refused while the move can still be refused.
  await writePlace(ctx, row.id, { ...to, moving: null })
  await refreshProjectGrants(ctx.db, row.id)
  const start = { to, rows, by: ctx.actor.personId, startedAt: ctx.now.toISOString() }
  const step = firstStep(row, start, { isOpen: open > 0 && !stays, isLong: isLong(ctx, rows) })
  if (step.moving !== null) await beginMove(ctx, row, step)
  const after = { ...row, ...step }
  const isMoved = isAway && !stays && step.moving === null
  const moved = isMoved ? await takeAlong(ctx.db, after) : { tasks: 0, runs: 0 }
  noteProjectChanged(ctx, row)
  noteProjectChanged(ctx, { ...row, ...to })
  return { project: { ...after, updatedAt: ctx.now }, ...moved }
}

async function beginMove(ctx: Context, { id }: ProjectRow, step: Step): Promise<void> {
  await writePlace(ctx, id, step)
  await rewriteProjectGrants(ctx.db, id)
  ctx.changed(MOVES_URI, MOVES_SPACE)
}

type Mover = Pick<Context, 'db' | 'now' | 'projectRowsAtOnce'>

/**
 * The project after its move has begun that waited for its runs, of a project that this transaction has locked;
 * undefined: it still waits, or was called off.
 */
export async function beginWaited(ctx: Mover, row: ProjectRow): Promise<ProjectRow | undefined> {
  if (row.moving?.phase !== 'waiting') return undefined
  const { rows, open } = await countInside(ctx.db, row)
  if (open > 0) return undefined
  const step = firstStep(row, { ...row.moving, rows }, { isOpen: false, isLong: isLong(ctx, rows) })
  await writePlace(ctx, row.id, step)
  await rewriteProjectGrants(ctx.db, row.id)
  const after = { ...row, ...step }
  if (step.moving === null) await takeAlong(ctx.db, after)
  return after
}

function isLong(
  { projectRowsAtOnce = ROWS_AT_ONCE }: Pick<Context, 'projectRowsAtOnce'>,
  rows: number,
): boolean {
  return rows > projectRowsAtOnce
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

/**
 * How many tasks and runs a project has, and how many of the runs have not ended. A run that has not ended spends its
 * owner's budget and sees its owner's things, so it cannot change owners.
 */
async function countInside(
  db: Db,
  { id }: Pick<ProjectRow, 'id'>,
): Promise<{ readonly rows: number; readonly open: number }> {
  const [found] = await db.execute<{ rows: number; open: number }>(sql`
    select (select count(*) from tasks where project_id = ${id})::int
        + (select count(*) from runs where project_id = ${id})::int as rows,
      (select count(*) from runs where project_id = ${id} and state in ('queued', 'running', 'waiting'))::int as open`)
  if (found === undefined) throw new Error('a count answers with a row')
  return found
}

async function takeAlong(
  db: Db,
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
