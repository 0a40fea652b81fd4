/** todoist.reminders.create: new reminders of tasks. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { planned } from '../writes/standing.ts'
import { onAccount, settleThings, storeThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { argsOfWhen, whenFields } from './reminder.ts'

const NewReminder = z.object({ taskId: TaskRef, ...whenFields })

export const createReminders = defineOperation({
  name: 'todoist.reminders.create',
  summary: 'Remind of Todoist tasks: some minutes before they are due, at a time, or at a place.',
  details: "Todoist's apps show the reminder. Plans of Todoist without reminders refuse it.",
  keywords: 'alarm, notification, location',
  route: 'POST /v1/todoist/reminders',
  input: z.object({ reminders: z.array(NewReminder).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { reminders: [{ taskId: '6XGgm6PHrGgMpCFX', minutesBefore: 30 }] },
  async run({ reminders, accountId, dryRun }, ctx) {
    const targets = await findTargets(ctx, { refs: reminders.map(({ taskId }) => taskId), accountId })
    const plans = reminders.map(({ taskId: _taskId, ...when }, index) =>
      planned(() => {
        const target = targets[index]
        if (target === undefined) throw new Error('the task was not looked up')
        if (target instanceof AppError) throw target
        const args = { item_id: target.id, ...argsOfWhen(when) }
        const { accountId: inAccount, spaceId, title } = target
        const command = { accountId: inAccount, spaceId, type: 'reminder_add', args, title }
        return { id: null, title, commands: [command] }
      }),
    )
    return await storeThings(ctx, plans, dryRun)
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Will remind', 'No reminder'),
})
