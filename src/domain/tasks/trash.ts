/** The trash: tasks go there with the subtasks of the same space, come back with them, or are permanently deleted. */
import { and, eq, isNotNull, isNull, lt } from 'drizzle-orm'
import { AppError, notFound, toRefusal } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { heldBy } from '../access/visible-to.ts'
import { isAmong } from '../db/is-among.ts'
import { holderRefusal } from './given-tasks.ts'
import { findSubtree } from './graph.ts'
import { noteTaskChanged } from './note-changes.ts'
import { findTasks, lockTasks, toTask } from './store.ts'
import { tasks } from './tables.ts'
import type { Task } from './task.ts'

export interface Moved {
  readonly task: Task
  /** False when the task was already in the trash. */
  readonly changed: boolean
  /** How many subtasks went with it. */
  readonly subtasks: number
}

/** Puts each task with its subtasks in the trash; a task that is already there stays as it is. */
export function trashEach(ctx: Context, ids: readonly string[]): Promise<(Moved | AppError)[]> {
  return moveEach(ctx, ids, 'in')
}

/** Takes each task out of the trash, with the subtasks that the same call put there. */
export function restoreEach(ctx: Context, ids: readonly string[]): Promise<(Moved | AppError)[]> {
  return moveEach(ctx, ids, 'out')
}

async function moveEach(
  ctx: Context,
  ids: readonly string[],
  direction: Direction,
): Promise<(Moved | AppError)[]> {
  // All at once and in order, so that two calls over the same tasks never wait for each other.
  await lockTasks(ctx, ids)
  const outcomes: (Moved | AppError)[] = []
  for (const id of ids) outcomes.push(await move(ctx, id, direction))
  return outcomes
}

type Direction = 'in' | 'out'

/** The actions that only the owner of a task may ask for. */
const ACTION: Record<Direction, string> = { in: 'delete it', out: 'take it out of the trash' }

async function move(ctx: Context, id: string, direction: Direction): Promise<Moved | AppError> {
  const [row] = await findTasks(ctx, [id])
  if (!row) return notFound('task', id)
  const refusal = holderRefusal(row, ACTION[direction])
  if (refusal) return refusal
  const isThere = row.trashedAt !== null
  if (isThere === (direction === 'in')) return { task: toTask(row), changed: false, subtasks: 0 }
  const subtree = await findSubtree(ctx, id).catch(toRefusal)
  if (subtree instanceof AppError) return subtree
  const moved = await ctx.db
    .update(tasks)
    .set({ trashedAt: direction === 'in' ? ctx.now : null, updatedAt: ctx.now })
    .where(
      and(
        isAmong(tasks.id, subtree),
        row.trashedAt === null ? isNull(tasks.trashedAt) : eq(tasks.trashedAt, row.trashedAt),
      ),
    )
    .returning(PLACED)
  for (const each of moved) noteTaskChanged(ctx, each)
  const [after] = await findTasks(ctx, [id])
  return { task: toTask(after ?? row), changed: true, subtasks: moved.length - 1 }
}

/** The most tasks that one call permanently deletes: it blocks the embedded store meanwhile. */
export const EMPTIED_MAX_TASKS = 5000

export interface Emptied {
  readonly deleted: number
  /** Whether more tasks are left than one call deletes. */
  readonly more: boolean
}

/**
 * Permanently deletes the tasks of one owner, a team or the caller, that were put in the trash before a moment, the
 * oldest tasks first. The caller must lead the team.
 */
export async function emptyTrash(ctx: Context, ownerId: string, before: Date): Promise<Emptied> {
  const isOwn = and(heldBy(ctx, tasks), eq(tasks.ownerId, ownerId))
  const found = await ctx.db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(isOwn, isNotNull(tasks.trashedAt), lt(tasks.trashedAt, before)))
    .orderBy(tasks.id)
    .limit(EMPTIED_MAX_TASKS + 1)
    .for('update')
  const ids = found.slice(0, EMPTIED_MAX_TASKS).map(({ id }) => id)
  const deleted =
    ids.length === 0 ? [] : await ctx.db.delete(tasks).where(isAmong(tasks.id, ids)).returning(PLACED)
  for (const each of deleted) noteTaskChanged(ctx, each)
  return { deleted: deleted.length, more: found.length > ids.length }
}

const PLACED = {
  id: tasks.id,
  ownerId: tasks.ownerId,
  spaceId: tasks.spaceId,
  assigneeId: tasks.assigneeId,
}
