/** tasks.reschedule: gives tasks another due date, or none. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { rescheduleEach } from '../../domain/tasks/reschedule-tasks.ts'
import { Due, DueInput, Task, TaskIds } from '../../domain/tasks/task.ts'
import { callsFor } from '../../domain/tasks/undo-calls.ts'

export const rescheduleTasks = defineOperation({
  name: 'tasks.reschedule',
  summary: 'Move tasks to another due date, or null for none.',
  details:
    'A new day without a time keeps the time of day that a task has, and a time without a day keeps its day, unless that moment has passed.',
  keywords:
    'postpone, defer, snooze, delay, push back, shift, later, tomorrow, next week, due date, late, overdue',
  route: 'POST /v1/tasks/reschedule',
  input: z.object({ taskIds: TaskIds, due: DueInput.nullable() }),
  output: z.object({
    results: z.array(itemResult({ task: Task, before: Due.nullable().describe('Its due date before') })),
  }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { taskIds: [exampleId('task')], due: 'tomorrow' },
  async run({ taskIds, due }, ctx) {
    return { results: (await rescheduleEach(ctx, taskIds, due)).map(toItemResult) }
  },
  tell: ({ results }, reader) =>
    tellItems(
      results,
      'Not moved',
      ({ task, before }) => `${moveWord(task.due, before)}: ${taskLine(task, reader)}`,
    ),
  undo({ results }) {
    const moved = results
      .filter((result) => result.ok)
      .filter(({ task, before }) => !isDeepStrictEqual(task.due, before))
    // A call for each date: the tasks may have been due on different days.
    const dates = new Map(moved.map(({ before }) => [JSON.stringify(before), before]))
    return [...dates].flatMap(([date, due]) => {
      const taskIds = moved
        .filter(({ before }) => JSON.stringify(before) === date)
        .map(({ task }) => task.ref)
      return callsFor('tasks.reschedule', taskIds, { due })
    })
  },
})

type DueDate = z.output<typeof Due> | null

function moveWord(after: DueDate, before: DueDate): string {
  if (isDeepStrictEqual(after, before)) return after === null ? 'Had no date' : 'Was due then already'
  return after === null ? 'Without a date now' : 'Moved'
}
