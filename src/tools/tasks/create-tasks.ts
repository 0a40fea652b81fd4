/** tasks.create: one or several tasks, each with its own outcome. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS, itemResult, tellItems, toItemResult } from '../../core/schema/batch.ts'
import { taskLine } from '../../domain/tasks/describe-task.ts'
import { insertEach } from '../../domain/tasks/insert-tasks.ts'
import { Task, TaskInput } from '../../domain/tasks/task.ts'
import { callsFor, changedRefs } from '../../domain/tasks/undo-calls.ts'

export const createTasks = defineOperation({
  name: 'tasks.create',
  summary: `Create 1 to ${BATCH_MAX_ITEMS} tasks; each succeeds or fails on its own.`,
  details:
    'Dates and repeats may be words, read in the time zone of the person. A repeating task without a due date starts at the next day of its rule.',
  keywords: 'add, new, make a todo, to-do, item, chore, reminder; several at once',
  route: 'POST /v1/tasks',
  input: z.object({ tasks: z.array(TaskInput).min(1).max(BATCH_MAX_ITEMS) }),
  output: z.object({ results: z.array(itemResult({ task: Task })) }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  example: { tasks: [{ title: 'Call Ana about the contract', due: '2026-03-06', priority: 1, minutes: 10 }] },
  async run({ tasks }, ctx) {
    const outcomes = await insertEach(ctx, tasks)
    return {
      results: outcomes.map((task) => toItemResult(task instanceof AppError ? task : { task })),
    }
  },
  tell: ({ results }, reader) =>
    tellItems(results, 'Not created', ({ task }) => `Created: ${taskLine(task, reader)}`),
  undo: ({ results }) =>
    callsFor('tasks.delete', changedRefs(results.map((result) => ({ ...result, changed: true })))),
})
