/**
 * What a person may do with a task that was given to them: read it, work on it, complete it and hand it back. Where it
 * stands, who else gets it and whether it stays is its owner's to say.
 */
import { AppError } from '../../core/errors.ts'
import { isOwnedBy, type Viewer } from '../access/visible-to.ts'
import { type FullTaskRow, taskRef, type Waited } from './store.ts'
import type { TaskChanges } from './task.ts'

/** Why this person may not delete or restore a task that they see; undefined: it is theirs. */
export function ownerRefusal(viewer: Viewer, row: FullTaskRow, action: string): AppError | undefined {
  return isOwnedBy(viewer, row) ? undefined : ownersOnly(row, action)
}

/**
 * The changes without those that leave a given task as its holder sees it, so that one who sends back all fields of it
 * changes only what is different.
 * @throws AppError `forbidden` for what only the owner may change.
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
  if (isHandedOn) throw ownersOnly(row, 'give it to somebody else')
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
