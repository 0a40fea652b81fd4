/** todoist.reminders.list: the reminders of the caller's accounts, from their mirrors. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { taskIdOf } from '../../../domain/todoist/refs/task-ids.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { listedAccounts, pageThings } from '../../../domain/todoist/things/page-things.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { waitingWords } from '../writes/listing.ts'
import { REMINDER_KINDS, Reminder, toReminder, whenWords } from './reminder.ts'

export const listReminders = defineOperation({
  name: 'todoist.reminders.list',
  summary: 'List reminders at Todoist, of one task or of all.',
  keywords: 'alarms, notifications',
  route: 'GET /v1/todoist/reminders',
  input: z.object({ taskId: TaskRef.optional(), accountId: accountField, ...pageInput }),
  output: pageOf(Reminder),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  async run({ accountId, taskId, ...query }, ctx) {
    const known = await listedAccounts(ctx, accountId)
    const parentId = taskId === undefined ? undefined : await taskIdOf(ctx, taskId, accountId)
    const read = await readThings(ctx.db, known, { kinds: REMINDER_KINDS, parentId })
    const { items, nextCursor } = pageThings(known, query, read)
    return { items: items.map(toReminder), nextCursor }
  },
  line: (reminder) =>
    `${reminder.id} of the task ${reminder.taskId ?? ''}: ${whenWords(reminder)}${waitingWords(reminder.isWaiting)}`,
  none: 'No reminders.',
})
