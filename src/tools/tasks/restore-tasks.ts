/** tasks.restore: takes tasks out of the trash. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { counted } from '../../core/text/counts.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { PastTaskIds, Task } from '../../domain/tasks/task.ts'
import { restoreEach } from '../../domain/tasks/trash.ts'
import { callsFor, changedRefs } from '../../domain/tasks/undo-calls.ts'

export const restoreTasks = defineOperation({
  name: 'tasks.restore',
  summary: 'Take tasks out of the trash, with the subtasks that were deleted with them.',
  keywords: 'undo delete, undelete, recover, bring back, get back a todo, by mistake',
  route: 'POST /v1/tasks/restore',
  input: z.object({ taskIds: PastTaskIds }),
  output: z.object({
    results: z.array(itemResult({ task: Task, changed: z.boolean(), subtasks: z.int() })),
  }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { taskIds: [exampleId('task')] },
  run: async ({ taskIds }, ctx) => ({ results: (await restoreEach(ctx, taskIds)).map(toItemResult) }),
  tell: ({ results }, reader) =>
    tellItems(results, 'Not restored', ({ task, changed, subtasks }) => {
      const along = subtasks > 0 ? `, with ${counted(subtasks, 'subtask')}` : ''
      return `${changed ? 'Restored' : 'Was not in the trash'}: ${taskLine(task, reader)}${along}`
    }),
  undo: ({ results }) => callsFor('tasks.delete', changedRefs(results)),
})
