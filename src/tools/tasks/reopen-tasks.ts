/** tasks.reopen: opens done or cancelled tasks again. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { reopenEach } from '../../domain/tasks/completion/reopen-tasks.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { PastTaskIds, Task, TaskStatus } from '../../domain/tasks/task.ts'
import { callsFor } from '../../domain/tasks/undo-calls.ts'

export const reopenTasks = defineOperation({
  name: 'tasks.reopen',
  summary: 'Open done or cancelled tasks again.',
  details:
    'The next task that completing a repeating one created is put in the trash, unless it was changed since, has subtasks, or another task waits for it.',
  keywords: 'undo complete, not done after all, uncheck, untick, unfinished, reactivate a todo',
  route: 'POST /v1/tasks/reopen',
  input: z.object({ taskIds: PastTaskIds }),
  output: z.object({
    results: z.array(
      itemResult({
        task: Task,
        changed: z.boolean(),
        before: TaskStatus,
        next: Task.nullable().describe('The next task of a repeating one: trashed, or kept if it was used'),
      }),
    ),
  }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskIds: [exampleId('task')] },
  run: async ({ taskIds }, ctx) => ({ results: (await reopenEach(ctx, taskIds)).map(toItemResult) }),
  tell: ({ results }, reader) =>
    tellItems(results, 'Not reopened', ({ task, changed, next }) => {
      const reopened = `${changed ? 'Open again' : 'Was open'}: ${taskLine(task, reader)}`
      if (next === null) return reopened
      const kept = 'The next one stays, because it was changed or used since'
      return `${reopened}\n${next.trashedAt ? 'Taken back' : kept}: ${taskLine(next, reader)}`
    }),
  undo({ results }) {
    const changed = results.filter((result) => result.ok).filter(({ changed }) => changed)
    const refsThatWere = (status: string) =>
      changed.filter(({ before }) => before === status).map(({ task }) => task.ref)
    return [
      ...callsFor('tasks.complete', refsThatWere('done')),
      ...refsThatWere('cancelled').map((taskId) => ({
        operation: 'tasks.update',
        input: { taskId, status: 'cancelled' },
      })),
    ]
  },
})
