/** todoist.tasks.complete: finishes tasks as Todoist's own apps do. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { changeEach, changeInput } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

export const completeTasks = defineOperation({
  name: 'todoist.tasks.complete',
  summary: 'Mark Todoist tasks as done. A repeating task moves on to its next date.',
  keywords: 'todoist todo',
  route: 'POST /v1/todoist/tasks/complete',
  input: z.object(changeInput),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  run: async (input, ctx) =>
    await changeEach(ctx, input, ({ id, item }) =>
      item?.checked === true ? [] : [{ type: 'item_close', args: { id } }],
    ),
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Done', 'Not done'),
})
