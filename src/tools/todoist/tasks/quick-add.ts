/** todoist.tasks.quick_add: one line in Todoist's own language, read by Todoist. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import type { TodoistAnswer } from '../../../core/outbound/todoist.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { accountField, chooseAccount } from '../../../domain/todoist/accounts/choose-account.ts'
import { faultError } from '../../../domain/todoist/commands/settle.ts'
import { putItem } from '../../../domain/todoist/sync/put-item.ts'
import { readSeen } from '../../../domain/todoist/tasks/read-items.ts'
import {
  CONTENT_MAX_CHARS,
  TodoistTask,
  todoistTaskLine,
  toTask,
} from '../../../domain/todoist/tasks/task.ts'
import { TODOIST } from '../../../domain/todoist/todoist.ts'

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
    const { id, mirror } = await chooseAccount(ctx, accountId)
    const { waitingUntil: until, waitingBecause: because } = mirror
    if (until !== null && until > ctx.now) throw paused(because, until.getTime() - ctx.now.getTime())
    const client = await ctx.account(TODOIST, id)
    return { accountId: id, wire: wireOf(await client.quickAdd({ text, note }, ctx.signal)) }
  },
  async run(_input, ctx, { accountId, wire: { meta, ...wire } }) {
    const id = await putItem(ctx, accountId, wire)
    const [seen] = await readSeen(ctx, [{ accountId, id }])
    if (seen === undefined) throw new Error(`the task ${id} is not in the mirror`)
    return { task: toTask(seen), meta: isJsonObject(meta) ? { ...meta } : {} }
  },
  tell: ({ task }) => `Created: ${todoistTaskLine(task)}`,
})

/** The task. @throws AppError: with `unavailable` it may have been made all the same */
function wireOf(answer: TodoistAnswer): JsonObject {
  switch (answer.kind) {
    case 'ok':
      return answer.body
    case 'refused':
      throw faultError(answer.fault)
    case 'limited':
      throw limited(answer.retryAfterMs)
    case 'unclear':
      throw new AppError('unavailable', `Todoist did not answer: ${answer.why}.`)
  }
}

/** The account pauses, for what its last request met. Nothing was sent. */
function paused(because: string | null, retryAfterMs: number): AppError {
  return new AppError('rate_limited', `Todoist is not asked for now. ${because ?? ''}`.trim(), {
    fix: 'Call again later, or use todoist.tasks.create, which waits by itself.',
    retryAfterMs,
  })
}

function limited(retryAfterMs: number): AppError {
  return new AppError('rate_limited', 'Todoist takes no more requests for now.', {
    fix: 'Call again later, or use todoist.tasks.create, which waits by itself.',
    retryAfterMs,
  })
}
