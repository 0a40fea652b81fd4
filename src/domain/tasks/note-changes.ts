/** Records who learns of a task's change: the people who see it, its project, and its owner's audit. */
import type { Context } from '../../core/operation/context.ts'
import { personTimeZone } from '../access/people.ts'
import { noteProjectEvent } from '../projects/momentum.ts'
import { projectUri } from '../projects/project.ts'
import type { ProjectEvent } from '../projects/rules.ts'
import type { TaskRow } from './store.ts'

type Owned = Pick<TaskRow, 'id' | 'personId' | 'assigneeId'>

/**
 * Notifies the owner of a changed task and the person it is given to, and adds the call to the owner's audit.
 * `formerAssigneeId`: who held it before this change.
 */
export function noteTaskChanged(ctx: Context, row: Owned, formerAssigneeId: string | null = null): void {
  const uri = `task://${row.id}`
  for (const personId of new Set([row.personId, row.assigneeId, formerAssigneeId])) {
    if (personId !== null) ctx.changed(uri, personId)
  }
  ctx.touched(uri, row.personId)
}

interface TaskEvent extends Pick<TaskRow, 'projectId' | 'personId'> {
  readonly event: ProjectEvent
}

interface CountedEvent {
  readonly projectId: string
  readonly personId: string
  readonly event: ProjectEvent
  readonly count: number
}

/** Tells each project what happened to its owner's tasks, in the order of the projects' ids. */
export async function noteTaskEvents(ctx: Context, events: readonly TaskEvent[]): Promise<void> {
  for (const { personId, ...counted } of countEvents(events)) {
    // The day is the project owner's, even when another person did the work.
    const timeZone = await personTimeZone(ctx, personId)
    await noteProjectEvent(ctx.db, { ...counted, personId, now: ctx.now, timeZone })
    ctx.changed(projectUri(counted.projectId), personId)
  }
}

function countEvents(events: readonly TaskEvent[]): CountedEvent[] {
  const counts = new Map<string, CountedEvent>()
  for (const { projectId, personId, event } of events) {
    if (projectId === null) continue
    const name = `${projectId} ${event} ${personId}`
    counts.set(name, { projectId, personId, event, count: (counts.get(name)?.count ?? 0) + 1 })
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counted]) => counted)
}
