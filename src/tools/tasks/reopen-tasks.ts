/** tasks.reopen: opens done or cancelled tasks again. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { reopenEach } from '../../domain/tasks/complete-tasks.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { PastTaskIds, Task } from '../../domain/tasks/task.ts'

export const reopenTasks = defineOperation({
  name: 'tasks.reopen',
  summary: 'Open done or cancelled tasks again.',
  details: 'The next task that a repeating one created stays; delete it if you do not want it.',
  keywords: 'undo complete, not done after all, uncheck, untick, unfinished, reactivate a todo',
  route: 'POST /v1/tasks/reopen',
  input: z.object({ taskIds: PastTaskIds }),
  output: z.object({ results: z.array(itemResult({ task: Task, changed: z.boolean() })) }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskIds: [exampleId('task')] },
  run: async ({ taskIds }, ctx) => ({ results: (await reopenEach(ctx, taskIds)).map(toItemResult) }),
  tell: ({ results }, reader) =>
    tellItems(
      results,
      'Not reopened',
      ({ task, changed }) => `${changed ? 'Open again' : 'Was open'}: ${taskLine(task, reader)}`,
    ),
})
