/** Subtasks that a task has only here: Todoist does not delete them with it. */
import { and, eq, isNull } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import { isAmong } from '../../db/is-among.ts'
import { findSubtree } from '../../tasks/graph.ts'
import type { FullTaskRow } from '../../tasks/store.ts'
import { tasks } from '../../tasks/tables.ts'
import { updateTask } from '../../tasks/update-task.ts'
import { todoistItems as items } from '../tables.ts'
import { todoistLinks as links, todoistPairs as pairs } from './tables.ts'
import type { Work } from './work.ts'

/**
 * Moves out of a task what Todoist did not delete with it, so that only what was deleted there goes to the trash. A task
 * that the person behind the link may not change stays below it.
 */
export async function moveOutOwnSubtasks(work: Work, task: FullTaskRow): Promise<void> {
  for (const id of await findOwnBelow(work, task.id)) {
    try {
      await updateTask(work.ctx, id, { parentId: null })
    } catch (thrown) {
      if (thrown instanceof AppError) continue
      throw thrown
    }
    if (work.task(id) !== undefined) await work.refresh(id)
    // It is compared once more: it may have been looked at before.
    const pair = work.pairs.find(({ taskId }) => taskId === id)
    if (pair !== undefined) pair.isPostponed = true
  }
}

/** The topmost tasks below one that are not deleted at Todoist. */
async function findOwnBelow({ ctx }: Work, taskId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: tasks.id, parentId: tasks.parentId, isSeen: pairs.isSeen, itemId: items.id })
    .from(tasks)
    .leftJoin(pairs, eq(pairs.taskId, tasks.id))
    .leftJoin(links, eq(links.id, pairs.linkId))
    .leftJoin(items, and(eq(items.accountId, links.accountId), eq(items.id, pairs.itemId)))
    .where(and(isAmong(tasks.id, await findSubtree(ctx, taskId)), isNull(tasks.trashedAt)))
  const gone = new Set([
    taskId,
    ...rows.flatMap(({ id, isSeen, itemId }) => (isSeen === true && itemId === null ? [id] : [])),
  ])
  const own = rows.filter(({ id, parentId }) => !gone.has(id) && parentId !== null && gone.has(parentId))
  return own.map(({ id }) => id)
}
