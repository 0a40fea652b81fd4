/** tasks.update: changes fields of one task. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { Task, TaskId, taskChanges } from '../../domain/tasks/task.ts'
import { updateTask as change } from '../../domain/tasks/update-task.ts'

export const updateTask = defineOperation({
  name: 'tasks.update',
  summary: 'Change fields of a task: omitted fields stay, null clears.',
  details:
    'Use tasks.complete to complete a task and tasks.reopen to open it again, so that repeats and momentum stay right. A dependency or parent that would close a cycle is refused. A task that was given to you can be worked on and handed back (assignee null); only its owner changes its project, parent, dependencies and assignee. Into a project that other people see, a task is moved by its owner, an admin of its team, or the person who made it.',
  keywords:
    'edit, modify, rename, title, priority, label, tag, assign, give to somebody, move to a project, description, note, deadline',
  route: 'PATCH /v1/tasks/:taskId',
  input: z.object({ taskId: TaskId, ...taskChanges }),
  output: z.object({
    task: Task,
    before: z.object(taskChanges).describe('The changed fields as they were'),
  }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskId: exampleId('task'), priority: 2, addLabels: ['calls'] },
  run: async ({ taskId, ...changes }, ctx) => await change(ctx, taskId, changes),
  tell({ task, before }, reader) {
    if (Object.keys(before).length === 0) return `Nothing to change: ${taskLine(task, reader)}`
    return `${task.status === 'cancelled' ? 'Cancelled' : 'Updated'}: ${taskLine(task, reader)}`
  },
  undo({ task: { ref, status }, before }) {
    const { status: statusBefore, ...fields } = before
    if (Object.keys(before).length === 0) return []
    const reopened = status === 'cancelled' ? [{ operation: 'tasks.reopen', input: { taskIds: [ref] } }] : []
    const isSet = statusBefore !== undefined && (status !== 'cancelled' || statusBefore !== 'open')
    const changes = { ...fields, ...(isSet && { status: statusBefore }) }
    if (Object.keys(changes).length === 0) return reopened
    return [...reopened, { operation: 'tasks.update', input: { taskId: ref, ...changes } }]
  },
})
