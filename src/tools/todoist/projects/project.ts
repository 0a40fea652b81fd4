/** A Todoist project as people see it. */
import { z } from 'zod'
import type { ListedThing } from '../../../domain/todoist/things/page-things.ts'
import { waitingField } from '../writes/listing.ts'

export const TodoistProject = z.object({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  description: z.string(),
  parentId: z.string().nullable(),
  color: z.string().nullable(),
  view: z.string().nullable().describe('list, board or calendar'),
  isInbox: z.boolean(),
  isShared: z.boolean(),
  isFavorite: z.boolean(),
  isArchived: z.boolean(),
  isWaiting: waitingField,
  openTasks: z.int(),
})
export type TodoistProject = z.output<typeof TodoistProject>

export function toProject({ thing, isWaiting }: ListedThing, openTasks: number): TodoistProject {
  const { id, accountId, name, parentId, isArchived, wire } = thing
  return {
    ...{ id, accountId, name, description: textOf(wire.description) ?? '', parentId },
    ...{ color: textOf(wire.color), view: textOf(wire.view_style) },
    isInbox: wire.inbox_project === true,
    isShared: wire.is_shared === true,
    isFavorite: wire.is_favorite === true,
    ...{ isArchived, isWaiting, openTasks },
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function projectLine({ id, name, openTasks, isArchived, isWaiting }: TodoistProject): string {
  const notes = [
    isArchived ? 'archived' : `${openTasks} open`,
    ...(isWaiting ? ['on its way to Todoist'] : []),
  ]
  return `${id} ${name} (${notes.join(', ')})`
}
