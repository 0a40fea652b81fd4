/** todoist.reminders.delete: deletes reminders at once, since one whose deletion waits would still come. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { findRead } from '../writes/find-read.ts'
import { changeThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { nameReminders, REMINDER_KINDS, ReminderRef } from './reminder.ts'

export const deleteReminders = defineOperation({
  name: 'todoist.reminders.delete',
  summary: 'Delete reminders at Todoist; the tasks stay.',
  keywords: 'remove, alarm',
  route: 'POST /v1/todoist/reminders/delete',
  input: z.object({ reminderIds: z.array(ReminderRef).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { reminderIds: ['6XGgmReminder'] },
  async run({ reminderIds: given, ...on }, ctx) {
    const known = await knownAccounts(ctx, on.accountId)
    const read = await readThings(ctx.db, known, { kinds: REMINDER_KINDS, refs: given })
    const find = findRead((each) => nameReminders(read(each)), 'Todoist reminder')
    return await changeThings(ctx, { ...on, given, find }, ({ thing: { id, wire } }) => [
      { type: 'reminder_delete', args: { id }, snapshot: wire },
    ])
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Deleted', 'Not deleted'),
})
