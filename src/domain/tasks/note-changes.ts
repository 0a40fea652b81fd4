/** Records who learns of a task's change: the people who see it, its project, and its owner's audit. */
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { noteProjectEvent } from '../projects/momentum.ts'
import { projectUri } from '../projects/project.ts'
import type { ProjectEvent } from '../projects/rules.ts'
import type { TaskRow } from './store.ts'

type Placed = Pick<TaskRow, 'id' | 'ownerId' | 'spaceId' | 'assigneeId'>

/**
 * Notifies those who see a changed task and the person it is given to, and adds the call to its owner's audit.
 * `before`: the task before this change, where that may have been seen by others.
 */
export function noteTaskChanged(ctx: Context, row: Placed, before: Placed = row): void {
  const uri = `task://${row.id}`
  for (const spaceId of new Set([row.spaceId, row.assigneeId, before.spaceId, before.assigneeId])) {
    if (spaceId !== null) ctx.changed(uri, spaceId)
  }
  for (const ownerId of new Set([row.ownerId, before.ownerId])) ctx.touched(uri, ownerId)
}

interface TaskEvent extends Pick<TaskRow, 'projectId' | 'ownerId' | 'spaceId'> {
  readonly event: ProjectEvent
}

interface CountedEvent extends Pick<TaskRow, 'ownerId' | 'spaceId'> {
  readonly projectId: string
  readonly event: ProjectEvent
  readonly count: number
}

/** Tells each project what happened to its tasks, in the order of the projects' ids. */
export async function noteTaskEvents(ctx: Context, events: readonly TaskEvent[]): Promise<void> {
  for (const { ownerId, ...counted } of countEvents(events)) {
    // The day is the project owner's, even when another person did the work.
    const timeZone = await personTimeZone(ctx, ownerId)
    await noteProjectEvent(ctx.db, { ...counted, now: ctx.now, timeZone })
    ctx.changed(projectUri(counted.projectId), counted.spaceId)
  }
}

function countEvents(events: readonly TaskEvent[]): CountedEvent[] {
  const counts = new Map<string, CountedEvent>()
  for (const { projectId, ownerId, spaceId, event } of events) {
    if (projectId === null) continue
    const name = `${projectId} ${event}`
    counts.set(name, { projectId, ownerId, spaceId, event, count: (counts.get(name)?.count ?? 0) + 1 })
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counted]) => counted)
}
