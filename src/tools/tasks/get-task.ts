/** tasks.get: one task. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { section } from '../../core/text/section.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { getTask as findTask } from '../../domain/tasks/store.ts'
import { Task, TaskId } from '../../domain/tasks/task.ts'
import { conflictLine, conflictsOfTask, TaskConflict } from '../../domain/todoist/settle/task-conflicts.ts'

export const getTask = defineOperation({
  name: 'tasks.get',
  summary: 'Read one task with all its fields.',
  keywords: 'show, open, view, details of one todo',
  route: 'GET /v1/tasks/:taskId',
  input: z.object({ taskId: TaskId }),
  output: z.object({
    task: Task,
    conflicts: z
      .array(TaskConflict)
      .describe('What was changed here and at Todoist at once, with both values, newest first'),
  }),
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
  run: async ({ taskId }, ctx) => ({
    task: await findTask(ctx, taskId),
    conflicts: await conflictsOfTask(ctx, taskId),
  }),
  tell: ({ task, conflicts }, reader) =>
    [
      taskLine(task, reader),
      ...(task.notes ? [task.notes] : []),
      ...section('Changed here and at Todoist at once', conflicts.map(conflictLine)),
    ].join('\n'),
})
