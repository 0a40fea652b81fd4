/**
 * What a person may do with a task that was given to them: read it, work on it, complete it and hand it back. Only its
 * owner decides where it belongs, who else gets it and whether it stays.
 */
import { AppError } from '../../core/errors.ts'
import { isOwnedBy, type Viewer } from '../access/visible-to.ts'
import { type FullTaskRow, taskRef, type Waited } from './store.ts'
import type { TaskChanges } from './task.ts'

/** Why this person may not delete or restore a task that they can see; undefined: they own it. */
export function ownerRefusal(viewer: Viewer, row: FullTaskRow, action: string): AppError | undefined {
  return isOwnedBy(viewer, row) ? undefined : ownersOnly(row, action)
}

/**
 * The changes without those that keep a given task as its holder sees it, so that a holder who sends back all its
 * fields changes only what differs.
 * @throws AppError `forbidden` for a change that only the owner may make.
 */
export function assertMayChange(viewer: Viewer, row: FullTaskRow, changes: TaskChanges): TaskChanges {
  if (isOwnedBy(viewer, row)) return changes
  const { projectId, parentId, dependsOn, ...rest } = changes
  const placed = [
    projectId !== undefined && projectId !== row.shownProjectId ? 'projectId' : undefined,
    parentId !== undefined && parentId !== row.shownParentId ? 'parentId' : undefined,
    dependsOn !== undefined && !isSameSet(dependsOn, row.waitsFor) ? 'dependsOn' : undefined,
  ].filter((field) => field !== undefined)
  if (placed.length > 0) throw ownersOnly(row, `change its ${placed.join(' and ')}`)
  const isHandedOn = ![undefined, null, row.personId, row.assigneeId].includes(rest.assignee)
  if (isHandedOn) throw ownersOnly(row, 'give it to another person')
  return rest
}

function ownersOnly(row: FullTaskRow, action: string): AppError {
  return new AppError(
    'forbidden',
    `Task ${taskRef(row)} belongs to ${row.personId}: only they can ${action}.`,
    {
      fix: 'Work on it as it is, or hand it back: tasks.update with assignee null.',
    },
  )
}

function isSameSet(ids: readonly string[], waited: readonly Waited[]): boolean {
  const set = new Set(ids)
  return set.size === waited.length && waited.every(({ id }) => set.has(id))
}
