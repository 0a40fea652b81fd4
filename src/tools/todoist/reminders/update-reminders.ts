/** todoist.reminders.update: reminders come at another time or place. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { findRead } from '../writes/find-read.ts'
import { changeThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { argsOfWhen, nameReminders, REMINDER_KINDS, ReminderRef, whenFields } from './reminder.ts'

const Changed = z.object({ reminderId: ReminderRef, ...whenFields })

export const updateReminders = defineOperation({
  name: 'todoist.reminders.update',
  summary: 'Change when or where reminders at Todoist come.',
  keywords: 'edit, alarm',
  route: 'PATCH /v1/todoist/reminders',
  input: z.object({ reminders: z.array(Changed).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { reminders: [{ reminderId: '6XGgmReminder', minutesBefore: 15 }] },
  async run({ reminders: given, ...on }, ctx) {
    const refs = given.map(({ reminderId }) => reminderId)
    const known = await knownAccounts(ctx, on.accountId)
    const read = await readThings(ctx.db, known, { kinds: REMINDER_KINDS, refs })
    const find = findRead((each) => nameReminders(read(each)), 'Todoist reminder')
    return await changeThings(
      ctx,
      { ...on, given, find: ({ reminderId }, names, inAccount) => find(reminderId, names, inAccount) },
      ({ thing: { id } }, { reminderId: _ref, ...when }) => [
        { type: 'reminder_update', args: { id, ...argsOfWhen(when) } },
      ],
    )
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Changed', 'Not changed'),
})
