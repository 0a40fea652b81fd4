/** todoist.tasks.duplicate: copies of tasks with their subtasks, in the same place. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { newCommandId } from '../../../domain/todoist/commands/add-commands.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { copyCommands } from '../../../domain/todoist/tasks/copy-task.ts'
import { planned } from '../writes/standing.ts'
import { changeInput } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput, writePlans } from './written.ts'

export const duplicateTasks = defineOperation({
  name: 'todoist.tasks.duplicate',
  summary: 'Copy Todoist tasks with their open subtasks, beside the originals.',
  details: 'Comments and reminders are not copied.',
  keywords: 'copy, clone',
  route: 'POST /v1/todoist/tasks/duplicate',
  input: z.object(changeInput),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  async run({ taskIds, accountId, dryRun }, ctx) {
    const targets = await findTargets(ctx, { refs: taskIds, accountId })
    const copies = await copyCommands(ctx.db, targets, () => newCommandId(ctx))
    const plans = targets.map((target) =>
      planned(() => {
        if (target instanceof AppError) throw target
        const commands = copies.get(target)
        if (commands === undefined) throw notThere(target.id)
        return { id: null, title: target.title, commands }
      }),
    )
    return await writePlans(ctx, plans, { dryRun })
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Copied', 'Not copied'),
})

function notThere(id: string): AppError {
  return new AppError('conflict', `Todoist does not have the task ${id} yet.`, {
    fix: 'Call again once todoist.sync.status no longer lists it as waiting.',
  })
}
