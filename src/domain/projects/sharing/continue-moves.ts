/** Continues the moves of projects, of large ones one batch of rows a transaction. A worker may be lost between any two. */
import { and, asc, eq, isNotNull, not, sql } from 'drizzle-orm'
import { createAfterCommit } from '../../../core/call/after-commit.ts'
import type { Runtime } from '../../../core/call/runtime.ts'
import type { Db } from '../../db/db.ts'
import { rewriteProjectGrants } from '../../teams/refresh-grants.ts'
import type { Move } from '../move.ts'
import { nextStep, rowPlace } from '../move-steps.ts'
import { projectUri } from '../project.ts'
import type { ProjectRow } from '../store.ts'
import { projects } from '../tables.ts'
import { beginWaited, MOVES_SPACE, MOVES_URI } from './place-project.ts'

/** Tasks, or runs, that one transaction rewrites. */
const BATCH_ROWS = 500

type MovingProject = ProjectRow & { readonly moving: Move }

/**
 * Rewrites the next batch of each project that moves, or takes the project to its next step; one that waits for its runs
 * begins to move once they have ended.
 */
export async function continueMoves(runtime: Runtime): Promise<void> {
  const { db, projectBatchRows = BATCH_ROWS } = runtime.resources
  const moves = await db
    .select({ id: projects.id, moving: projects.moving })
    .from(projects)
    .where(and(isNotNull(projects.moving), not(waitsForRuns)))
    .orderBy(asc(projects.id))
  for (const { id, moving } of moves) {
    if (moving?.phase === 'waiting') await beginMove(runtime, id)
    else if ((await moveBatch(runtime, id, projectBatchRows)) === 0) await takeNextStep(runtime, id)
    runtime.publish({ uris: [MOVES_URI], spaceId: MOVES_SPACE })
  }
}

/** Projects of which a run has not ended, before their move has begun: a look is cheaper than a lock. */
const waitsForRuns = sql`(${projects.moving} ->> 'phase' = 'waiting' and exists (
  select from runs where runs.project_id = ${projects.id} and runs.state in ('queued', 'running', 'waiting')))`

/** Locks the project, so that no run is being started in it. */
async function beginMove(runtime: Runtime, id: string): Promise<void> {
  const after = createAfterCommit(runtime)
  await runtime.transaction(async ({ db }) => {
    const [row] = await db.select().from(projects).where(isMove(id)).for('update')
    const begun = row && (await beginWaited({ ...runtime.resources, db, now: runtime.now() }, row))
    if (begun === undefined) return
    const spaces = [row?.spaceId, row?.ownerId, begun.spaceId, begun.ownerId]
    for (const spaceId of spaces) if (spaceId !== undefined) after.changed(projectUri(id), spaceId)
  })
  await after.settle()
}

/**
 * The number of rows that were rewritten. The project is held in its step by `key share`, which waits for no writer of
 * tasks: those lock their task before its project, as here.
 */
async function moveBatch(runtime: Runtime, id: string, limit: number): Promise<number> {
  return await runtime.transaction(async ({ db }) => {
    const [row] = await db.select().from(projects).where(isMove(id)).for('key share')
    if (!row?.moving) return 0
    const { moving } = row
    const place = rowPlace(row, moving)
    const batch = { id, place, limit }
    const ofTasks = await rewriteTasks(db, { ...batch, after: moving.after.tasks })
    const moved = ofTasks.count > 0 ? ofTasks : await rewriteRuns(db, { ...batch, after: moving.after.runs })
    if (moved.count === 0) return 0
    const after =
      ofTasks.count > 0 ? { ...moving.after, tasks: moved.last } : { ...moving.after, runs: moved.last }
    await db
      .update(projects)
      .set({ moving: { ...moving, after, done: moving.done + moved.count } })
      .where(eq(projects.id, id))
    return moved.count
  })
}

interface Batch {
  readonly id: string
  readonly place: Pick<ProjectRow, 'ownerId' | 'spaceId'>
  readonly after: string
  readonly limit: number
}

interface Rewritten {
  readonly count: number
  readonly last: string
}

async function rewriteTasks(db: Db, { id, place, after, limit }: Batch): Promise<Rewritten> {
  const [moved] = await db.execute<{ count: number; last: string | null }>(sql`with
    batch as materialized (select id from tasks where project_id = ${id} and id > ${after}
      order by id limit ${limit} for update),
    moved as (update tasks set owner_id = ${place.ownerId}, space_id = ${place.spaceId}
      where id in (select id from batch))
    select count(*)::int as count, max(id) as last from batch`)
  return { count: moved?.count ?? 0, last: moved?.last ?? after }
}

/** Runs with their approvals and files. Runs are found along their ids: they have no index by project. */
async function rewriteRuns(db: Db, { id, place, after, limit }: Batch): Promise<Rewritten> {
  const [moved] = await db.execute<{ count: number; last: string | null }>(sql`with
    batch as materialized (select id from runs where project_id = ${id} and id > ${after}
      order by id limit ${limit} for update),
    moved as (update runs set owner_id = ${place.ownerId}, space_id = ${place.spaceId}
      where id in (select id from batch)),
    approvals_moved as (update approvals set space_id = ${place.spaceId} where run_id in (select id from batch)),
    artifacts_moved as (update artifacts set space_id = ${place.spaceId} where run_id in (select id from batch))
    select count(*)::int as count, max(id) as last from batch`)
  return { count: moved?.count ?? 0, last: moved?.last ?? after }
}

/** Locks the project, so that nothing is being added to it, and shows it to those of the next step. */
async function takeNextStep(runtime: Runtime, id: string): Promise<void> {
  const after = createAfterCommit(runtime)
  await runtime.transaction(async ({ db }) => {
    const [row] = await db.select().from(projects).where(isMove(id)).for('update')
    if (!row?.moving) return
    const { moving } = row
    if (await startPassAgain(db, { ...row, moving })) return
    const step = nextStep(row, moving)
    const updatedAt = runtime.now()
    await db
      .update(projects)
      .set({ ...step, updatedAt })
      .where(eq(projects.id, id))
    await rewriteProjectGrants(db, id)
    const spaces = [row.spaceId, row.ownerId, step.spaceId, step.ownerId]
    for (const spaceId of spaces) after.changed(projectUri(id), spaceId)
  })
  await after.settle()
}

/** Whether rows were added behind the batches, such as the next turn of a repeating task: they need another pass. */
async function startPassAgain(db: Db, row: MovingProject): Promise<boolean> {
  const { ownerId, spaceId } = rowPlace(row, row.moving)
  const isElsewhere = sql`project_id = ${row.id} and (owner_id, space_id) <> (${ownerId}, ${spaceId})`
  const [left] = await db.execute<{
    isLeft: boolean
  }>(sql`select exists (select from tasks where ${isElsewhere})
    or exists (select from runs where ${isElsewhere}) as "isLeft"`)
  if (left?.isLeft !== true) return false
  const moving: Move = { ...row.moving, after: { tasks: '', runs: '' } }
  await db.update(projects).set({ moving }).where(eq(projects.id, row.id))
  return true
}

function isMove(id: string) {
  return and(eq(projects.id, id), isNotNull(projects.moving))
}
