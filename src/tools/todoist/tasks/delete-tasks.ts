/** todoist.tasks.delete: deletes tasks ten minutes later, since Todoist has no trash. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { changeEach, changeInput } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

/** Milliseconds for which a deletion can be undone. */
const UNDO_MS = 10 * 60_000

export const deleteTasks = defineOperation({
  name: 'todoist.tasks.delete',
  summary: 'Delete Todoist tasks with their subtasks, in ten minutes; until then it can be undone.',
  details:
    'Todoist has no trash, so that the deletion waits here. The tasks are no longer listed meanwhile. todoist.tasks.restore takes it back.',
  route: 'POST /v1/todoist/tasks/delete',
  input: z.object(changeInput),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  run: async (input, ctx) =>
    await changeEach(ctx, input, ({ id, item }) => {
      const notBefore = new Date(ctx.now.getTime() + UNDO_MS)
      const snapshot = item === undefined ? {} : { snapshot: item.wire }
      return [{ type: 'item_delete', args: { id }, notBefore, ...snapshot }]
    }),
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Deleted', 'Not deleted'),
  next: (_answer, { taskIds }) => [{ operation: 'todoist.tasks.restore', input: { taskIds } }],
})
