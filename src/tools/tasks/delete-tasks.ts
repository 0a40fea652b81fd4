/** tasks.delete: puts tasks in the trash. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { counted } from '../../core/text/counts.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { Task, TaskIds } from '../../domain/tasks/task.ts'
import { trashEach } from '../../domain/tasks/trash.ts'
import { callsFor, changedRefs } from '../../domain/tasks/undo-calls.ts'

export const deleteTasks = defineOperation({
  name: 'tasks.delete',
  summary: 'Put tasks in the trash, with their subtasks; tasks.restore brings them back.',
  details:
    'Only the owner of a task can delete it, and only their own subtasks go with it. A task that was given to you is handed back instead (tasks.update with assignee null).',
  keywords: 'remove, discard, drop, throw away, get rid of a todo, bin',
  route: 'POST /v1/tasks/delete',
  input: z.object({ taskIds: TaskIds }),
  output: z.object({
    results: z.array(itemResult({ task: Task, changed: z.boolean(), subtasks: z.int() })),
  }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskIds: [exampleId('task')] },
  run: async ({ taskIds }, ctx) => ({ results: (await trashEach(ctx, taskIds)).map(toItemResult) }),
  tell: ({ results }, reader) =>
    tellItems(results, 'Not deleted', ({ task, changed, subtasks }) => {
      const along = subtasks > 0 ? `, with ${counted(subtasks, 'subtask')}` : ''
      return `${changed ? 'In the trash' : 'Was in the trash'}: ${taskLine(task, reader)}${along}`
    }),
  next: ({ results }) => callsFor('tasks.restore', changedRefs(results)),
  undo: ({ results }) => callsFor('tasks.restore', changedRefs(results)),
})
