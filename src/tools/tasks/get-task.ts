/** tasks.get: one task. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { getTask as findTask } from '../../domain/tasks/store.ts'
import { Task, TaskId } from '../../domain/tasks/task.ts'

export const getTask = defineOperation({
  name: 'tasks.get',
  summary: 'Read one task with all its fields.',
  keywords: 'show, open, view, details of one todo',
  route: 'GET /v1/tasks/:taskId',
  input: z.object({ taskId: TaskId }),
  output: z.object({ task: Task }),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  resource: {
    uri: 'task://{id}',
    idOf: ({ task }) => task.id,
    name: 'task',
    title: 'A task',
    description: 'One task by its id.',
    list: {
      operation: 'tasks.list',
      input: { status: ['open', 'in_progress'], sort: 'due' },
      titleOf: ({ title }) => String(title),
    },
  },
  example: { taskId: exampleId('task') },
  run: async ({ taskId }, ctx) => ({ task: await findTask(ctx, taskId) }),
  tell: ({ task }, reader) => [taskLine(task, reader), ...(task.notes ? [task.notes] : [])].join('\n'),
})
