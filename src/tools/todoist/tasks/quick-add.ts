/** todoist.tasks.quick_add: one line in Todoist's own language, read by Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { accountField, chooseAccount } from '../../../domain/todoist/accounts/choose-account.ts'
import { askAs } from '../../../domain/todoist/rest/ask.ts'
import { putItem } from '../../../domain/todoist/sync/put-item.ts'
import { readSeen } from '../../../domain/todoist/tasks/read-items.ts'
import {
  CONTENT_MAX_CHARS,
  TodoistTask,
  todoistTaskLine,
  toTask,
} from '../../../domain/todoist/tasks/task.ts'

const NOTE_MAX_CHARS = 15_000

export const quickAdd = defineOperation({
  name: 'todoist.tasks.quick_add',
  summary: 'Send one line that Todoist reads itself: Pay rent every month #Home /Bills @money p1.',
  details:
    'Todoist reads the line; meta is what it understood. This needs Todoist at once: Todoist gives such a call no id, so that it is never repeated, and a lost answer is outcome_unknown.',
  keywords: 'natural language',
  route: 'POST /v1/todoist/tasks/quick-add',
  input: z.object({
    text: z.string().trim().min(1).max(CONTENT_MAX_CHARS),
    note: z.string().trim().min(1).max(NOTE_MAX_CHARS).optional().describe('A comment on it'),
    accountId: accountField,
  }),
  output: z.object({
    task: TodoistTask,
    meta: z.record(z.string(), z.unknown()).describe('What Todoist understood'),
  }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  outside: 'once',
  listed: false,
  example: { text: 'Pay rent every month p1' },
  async reach({ text, note, accountId }, ctx) {
    const account = await chooseAccount(ctx, accountId)
    const wire = await askAs(ctx, account, (client, signal) => client.quickAdd({ text, note }, signal))
    return { accountId: account.id, wire }
  },
  async run(_input, ctx, { accountId, wire: { meta, ...wire } }) {
    const id = await putItem(ctx, accountId, wire)
    const [seen] = await readSeen(ctx, [{ accountId, id }])
    if (seen === undefined) throw new Error(`the task ${id} is not in the mirror`)
    return { task: toTask(seen), meta: isJsonObject(meta) ? { ...meta } : {} }
  },
  undo: ({ task }) => [{ operation: 'todoist.tasks.delete', input: { taskIds: [task.id] } }],
  tell: ({ task }) => `Created: ${todoistTaskLine(task)}`,
})
