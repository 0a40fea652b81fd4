/** todoist.tasks.uncomplete: opens completed tasks again. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { changeEach, changeInput } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

export const uncompleteTasks = defineOperation({
  name: 'todoist.tasks.uncomplete',
  summary: 'Open completed Todoist tasks again, with the tasks above them.',
  route: 'POST /v1/todoist/tasks/uncomplete',
  input: z.object(changeInput),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  run: async (input, ctx) =>
    await changeEach(ctx, input, ({ id, item }) =>
      item?.checked === false ? [] : [{ type: 'item_uncomplete', args: { id } }],
    ),
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Open again', 'Not opened'),
})
