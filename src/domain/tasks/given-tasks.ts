/**
 * What a person may do with a task that is not theirs alone. A task that was given to them they read, work on, complete
 * and hand back: only its owner decides where it belongs, who else gets it and whether it stays.
 */
import { and, eq } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { governedBy, mayOnlyRead } from '../access/visible-to.ts'
import { type FullTaskRow, type Scoped, taskRef, type Waited } from './store.ts'
import { tasks } from './tables.ts'
import type { TaskChanges } from './task.ts'

/** Why this person may not delete or restore a task that they can see; undefined: they may. */
export function holderRefusal(row: FullTaskRow, action: string): AppError | undefined {
  if (row.right === 'hold') return undefined
  return workRefusal(row) ?? holdersOnly(row, action)
}

/** Why this person may not work on a task that they can see; undefined: they may. */
export function workRefusal(row: FullTaskRow): AppError | undefined {
  if (row.right === 'read') return mayOnlyRead(`task ${taskRef(row)}`)
  return row.right === 'moved' ? isMoved(row) : undefined
}

/**
 * The changes without those that keep a given task as the person it was given to sees it, so that somebody who sends
 * back all its fields changes only what differs.
 * @throws AppError `forbidden` for a change that this person may not make, `conflict` while its project is handed over
 */
export function assertMayChange(row: FullTaskRow, changes: TaskChanges): TaskChanges {
  if (row.right === 'hold') return changes
  const refusal = workRefusal(row)
  if (refusal !== undefined) throw refusal
  const { projectId, parentId, dependsOn, ...rest } = changes
  const placed = [
    projectId !== undefined && projectId !== row.shownProjectId ? 'projectId' : undefined,
    parentId !== undefined && parentId !== row.shownParentId ? 'parentId' : undefined,
    dependsOn !== undefined && !isSameSet(dependsOn, row.waitsFor) ? 'dependsOn' : undefined,
  ].filter((field) => field !== undefined)
  if (placed.length > 0) throw holdersOnly(row, `change its ${placed.join(' and ')}`)
  const isHandedOn = ![undefined, null, row.ownerId, row.assigneeId].includes(rest.assignee)
  if (isHandedOn) throw holdersOnly(row, 'give it to another person')
  return rest
}

/**
 * Others see a task in another space, and some of those who saw it no longer do. So it leaves its space only by those who
 * decide who sees that space, and by the person who made the task.
 * @throws AppError `forbidden`
 */
export async function assertMayTakeOut(ctx: Scoped, row: FullTaskRow): Promise<void> {
  if (row.personId === ctx.actor.personId) return
  const governed = and(eq(tasks.id, row.id), governedBy(ctx, tasks))
  const [found] = await ctx.db.select({ id: tasks.id }).from(tasks).where(governed)
  if (found !== undefined) return
  throw new AppError('forbidden', `You may not move task ${taskRef(row)} to where other people see it.`, {
    fix: 'Ask its owner, an admin of its team, or the person who made the task. You may complete or delete it where it is.',
  })
}

function holdersOnly(row: FullTaskRow, action: string): AppError {
  return new AppError(
    'forbidden',
    `Task ${taskRef(row)} belongs to ${row.ownerId}: only they can ${action}.`,
    {
      fix: 'Work on it as it is, or hand it back: tasks.update with assignee null.',
    },
  )
}

/** What is in the trash stays as it was until it is restored. */
export function isTrashed(row: FullTaskRow): AppError {
  return new AppError('conflict', `Task ${taskRef(row)} is in the trash.`, {
    fix: 'Restore it first (tasks.restore).',
  })
}

function isMoved(row: FullTaskRow): AppError {
  return new AppError('conflict', `The project of task ${taskRef(row)} is being moved.`, {
    fix: 'Try again when the move is done: projects.get shows how far it is (moving).',
  })
}

function isSameSet(ids: readonly string[], waited: readonly Waited[]): boolean {
  const set = new Set(ids)
  return set.size === waited.length && waited.every(({ id }) => set.has(id))
}
