/** Events of tasks. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { type TaskRow, taskRef } from './store.ts'

const TaskPayload = z.object({
  taskId: z.string(),
  ref: z.string(),
  title: z.string(),
  projectId: z.string().nullable().describe('null for a person who sees the task and not its project'),
  owner: z.string().describe('A person or a team'),
  assignee: z.string().nullable(),
  by: z.string().describe('Who did it: a person, a service, or a run'),
})

const shared = {
  version: 1,
  payload: TaskPayload,
  scope: 'tasks:read',
  example: {
    taskId: exampleId('task'),
    ref: 'T-12',
    title: 'Water the plants',
    projectId: null,
    owner: 'local',
    assignee: null,
    by: 'local',
  },
} as const

export const taskCreated = defineEvent({ name: 'task.created', summary: 'A task was created.', ...shared })
export const taskCompleted = defineEvent({
  name: 'task.completed',
  summary: 'A task was completed.',
  ...shared,
})
export const taskAssigned = defineEvent({
  name: 'task.assigned',
  summary: 'A task was given to a person.',
  ...shared,
})

export const taskEvents = [taskCreated, taskCompleted, taskAssigned]

type Told = Pick<TaskRow, 'id' | 'number' | 'title' | 'projectId' | 'ownerId' | 'spaceId' | 'assigneeId'>

export function emitTaskEvent(ctx: Context, event: typeof taskCreated, row: Told): void {
  const { id, title, projectId, ownerId, spaceId, assigneeId } = row
  const whose = { owner: ownerId, assignee: assigneeId, by: ctx.actor.id }
  const payload = { taskId: id, ref: taskRef(row), title, projectId, ...whose }
  const given =
    assigneeId === null ? undefined : { personId: assigneeId, payload: { ...payload, projectId: null } }
  const isNews = event === taskAssigned && assigneeId !== ctx.actor.personId
  const concerns = isNews && assigneeId !== null ? [assigneeId] : []
  ctx.emit(event, { uri: `task://${id}`, spaceId, payload, given, concerns })
}
