/** todoist.tasks.complete: finishes tasks as Todoist's own apps do. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { tellItems } from '../../../core/schema/batch.ts'
import { changeEach, changeInput } from './change-each.ts'
import { settleResults, tellResult, WriteOutput, type Written } from './written.ts'

export const completeTasks = defineOperation({
  name: 'todoist.tasks.complete',
  summary: 'Mark Todoist tasks as done. A repeating task moves on to its next date.',
  keywords: 'todoist todo',
  route: 'POST /v1/todoist/tasks/complete',
  input: z.object({
    ...changeInput,
    forGood: z.boolean().default(false).describe('Ends repeating tasks instead of moving them on'),
  }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  run: async (input, ctx) =>
    await changeEach(ctx, input, ({ id, item }) =>
      item?.checked === true ? [] : [{ type: input.forGood ? 'item_complete' : 'item_close', args: { id } }],
    ),
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: ({ results }) => tellItems(results, 'Not done', tellCompleted),
})

/** A repeating task is open again, on its next date. */
function tellCompleted(result: Written): string {
  const { task } = result
  const { date, time } = task?.due ?? {}
  if (task === null || task.completed || date === undefined) return tellResult(result, 'Done')
  return `Done, and comes again on ${date}${time == null ? '' : ` at ${time}`}: ${task.content} (${task.id})`
}
