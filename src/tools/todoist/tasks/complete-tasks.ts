/** todoist.tasks.complete: finishes tasks as Todoist's own apps do. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findTargets } from '../../../domain/todoist/tasks/read-items.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { planFor } from './plan-for.ts'
import { dryRunField, settleResults, tellWritten, WriteOutput, writePlans } from './written.ts'

export const completeTasks = defineOperation({
  name: 'todoist.tasks.complete',
  summary: 'Mark Todoist tasks as done. A repeating task moves on to its next date.',
  keywords: 'todoist todo',
  route: 'POST /v1/todoist/tasks/complete',
  input: z.object({
    taskIds: z.array(TaskRef).min(1).max(BATCH_MAX_ITEMS),
    accountId: accountField,
    dryRun: dryRunField,
  }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  async run({ taskIds, accountId, dryRun }, ctx) {
    const targets = await findTargets(ctx, { refs: taskIds, accountId })
    const plans = targets.map((target) => {
      if (target instanceof AppError) return target
      const commands = target.item?.checked ? [] : [{ type: 'item_close', args: { id: target.id } }]
      return planFor(target, commands)
    })
    return await writePlans(ctx, plans, { dryRun })
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Done', 'Not done'),
})
