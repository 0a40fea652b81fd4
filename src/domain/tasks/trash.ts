/** The trash: tasks go there with their subtasks, come back with them, or are deleted for good. */
import { and, eq, inArray, isNotNull, isNull, lt } from 'drizzle-orm'
import type { Context } from '../../core/context.ts'
import { type AppError, notFound } from '../../core/errors.ts'
import { findTasks, lockTasks, toTask, withSubtasks } from './store.ts'
import { tasks } from './tables.ts'
import type { Task } from './task.ts'

export interface Moved {
  readonly task: Task
  /** False when it lay there already. */
  readonly changed: boolean
  /** How many subtasks went along. */
  readonly subtasks: number
}

/** Puts each task with its subtasks in the trash; a task that is there already stays as it is. */
export function trashEach(ctx: Context, ids: readonly string[]): Promise<(Moved | AppError)[]> {
  return moveEach(ctx, ids, 'in')
}

/** Takes each task out of the trash, with those of its subtasks that were put there by the same call. */
export function restoreEach(ctx: Context, ids: readonly string[]): Promise<(Moved | AppError)[]> {
  return moveEach(ctx, ids, 'out')
}

async function moveEach(
  ctx: Context,
  ids: readonly string[],
  direction: 'in' | 'out',
): Promise<(Moved | AppError)[]> {
  const outcomes: (Moved | AppError)[] = []
  for (const id of ids) outcomes.push(await moveOne(ctx, id, direction))
  return outcomes
}

async function moveOne(ctx: Context, id: string, direction: 'in' | 'out'): Promise<Moved | AppError> {
  const row = (await lockTasks(ctx, [id])).get(id)
  if (!row) return notFound('task', id)
  const there = row.trashedAt !== null
  if (there === (direction === 'in')) return { task: toTask(row), changed: false, subtasks: 0 }
  const family = await withSubtasks(ctx, [id])
  const moved = await ctx.db
    .update(tasks)
    .set({ trashedAt: direction === 'in' ? ctx.now : null, updatedAt: ctx.now })
    .where(
      and(
        inArray(tasks.id, family),
        row.trashedAt === null ? isNull(tasks.trashedAt) : eq(tasks.trashedAt, row.trashedAt),
      ),
    )
    .returning({ id: tasks.id })
  for (const { id: movedId } of moved) ctx.changed(`task://${movedId}`)
  const [after] = await findTasks(ctx, [id])
  return { task: toTask(after ?? row), changed: true, subtasks: moved.length - 1 }
}

/** Deletes for good what this person owns in the trash, put there before a moment; answers how many. */
export async function emptyTrash(ctx: Context, before: Date): Promise<number> {
  const deleted = await ctx.db
    .delete(tasks)
    .where(
      and(eq(tasks.personId, ctx.actor.personId), isNotNull(tasks.trashedAt), lt(tasks.trashedAt, before)),
    )
    .returning({ id: tasks.id })
  for (const { id } of deleted) ctx.changed(`task://${id}`)
  return deleted.length
}
