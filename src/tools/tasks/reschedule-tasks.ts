/** tasks.reschedule: gives tasks another due date, or none. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { rescheduleEach } from '../../domain/tasks/reschedule-tasks.ts'
import { DueInput, Task, TaskIds } from '../../domain/tasks/task.ts'

export const rescheduleTasks = defineOperation({
  name: 'tasks.reschedule',
  summary: 'Move tasks to another due date, or null for none.',
  details: 'A new day without a time keeps the time of day that a task has.',
  keywords:
    'postpone, defer, snooze, delay, push back, shift, later, tomorrow, next week, due date, deadline, late, overdue',
  route: 'POST /v1/tasks/reschedule',
  input: z.object({ taskIds: TaskIds, due: DueInput.nullable() }),
  output: z.object({ results: z.array(itemResult({ task: Task })) }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskIds: [exampleId('task')], due: 'tomorrow' },
  async run({ taskIds, due }, ctx) {
    return { results: (await rescheduleEach(ctx, taskIds, due)).map(toItemResult) }
  },
  tell: ({ results }, reader) =>
    tellItems(results, 'Not moved', ({ task }) => `Moved: ${taskLine(task, reader)}`),
})
