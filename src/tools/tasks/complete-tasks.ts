/** tasks.complete: completes tasks; a repeating task creates its next one. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { completeEach } from '../../domain/tasks/completion/complete-tasks.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { Task, TaskIds } from '../../domain/tasks/task.ts'
import { callsFor, changedRefs } from '../../domain/tasks/undo-calls.ts'

export const completeTasks = defineOperation({
  name: 'tasks.complete',
  summary: 'Mark tasks as done. A repeating task creates its next one.',
  details:
    'A task that waits for another is refused until the other is done, or is completed in the same call.',
  keywords: 'finish, finished, done, check off, tick off, close a todo',
  route: 'POST /v1/tasks/complete',
  input: z.object({ taskIds: TaskIds }),
  output: z.object({
    results: z.array(
      itemResult({
        task: Task,
        changed: z.boolean().describe('False: it was done already'),
        next: Task.nullable().describe('The next task of a repeating one'),
      }),
    ),
  }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskIds: [exampleId('task')] },
  run: async ({ taskIds }, ctx) => ({ results: (await completeEach(ctx, taskIds)).map(toItemResult) }),
  tell: ({ results }, reader) =>
    tellItems(results, 'Not done', ({ task, changed, next }) => {
      const done = `${changed ? 'Done' : 'Already done'}: ${taskLine(task, reader)}`
      return next ? `${done}\nNext: ${taskLine(next, reader)}` : done
    }),
  undo: ({ results }) => callsFor('tasks.reopen', changedRefs(results)),
})
