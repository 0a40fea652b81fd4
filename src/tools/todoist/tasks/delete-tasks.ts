/** todoist.tasks.delete: deletes tasks ten minutes later, since Todoist has no trash. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { tellItems } from '../../../core/schema/batch.ts'
import { UNDO_MS } from '../../../domain/todoist/things/undo.ts'
import { tellWaitingDeletion } from '../writes/deletion.ts'
import { changeEach, changeInput } from './change-each.ts'
import { settleResults, tellResult, WriteOutput } from './written.ts'

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
  tell: ({ results }) =>
    tellItems(results, 'Not deleted', (result) =>
      result.state === 'queued'
        ? tellWaitingDeletion(`${result.content} (${result.taskId ?? result.commandIds[0]})`)
        : tellResult(result, 'Deleted'),
    ),
  next: (_answer, { taskIds }) => [{ operation: 'todoist.tasks.restore', input: { taskIds } }],
})
