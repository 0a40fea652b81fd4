/** todoist.tasks.reschedule: other days for tasks, which go on repeating as they did. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { movedDue } from '../../../domain/todoist/tasks/change-task.ts'
import { changingFor } from '../../../domain/todoist/tasks/changing-for.ts'
import { changeInput, writeEach } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

const DUE_MAX_CHARS = 100

export const rescheduleTasks = defineOperation({
  name: 'todoist.tasks.reschedule',
  summary: 'Move Todoist tasks to another day. They keep their time, and repeat as before.',
  route: 'POST /v1/todoist/tasks/reschedule',
  input: z.object({
    ...changeInput,
    due: z
      .string()
      .trim()
      .min(1)
      .max(DUE_MAX_CHARS)
      .describe("Date or words, in the time zone of the account's user; with a time, the time changes too"),
  }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'], due: 'tomorrow' },
  async run({ taskIds, accountId, due, dryRun }, ctx) {
    const targets = await findTargets(ctx, { refs: taskIds, accountId })
    const changing = await changingFor(ctx, targets)
    return await writeEach(ctx, { targets, dryRun }, (target) => {
      const known = changing.get(target.accountId)
      if (known === undefined) throw new Error(`the account ${target.accountId} is not known`)
      return [{ type: 'item_update', args: { id: target.id, due: movedDue(target, due, known) } }]
    })
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'Moved', 'Not moved'),
})
