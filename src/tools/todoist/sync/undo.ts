/** todoist.sync.undo: takes back deletions that Todoist does not have yet. */
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS, itemResult, tellItems, toItemResult } from '../../../core/schema/batch.ts'
import { withdrawDeletionsBy } from '../../../domain/todoist/commands/withdraw.ts'
import { mirrorUri } from '../../../domain/todoist/sync/uri.ts'

/** The characters of a command's id, which is a UUID. */
const COMMAND_ID_CHARS = 36

interface Back {
  readonly commandId: string
  readonly name: string
}

export const undo = defineOperation({
  name: 'todoist.sync.undo',
  summary:
    'Take back deletions of Todoist projects, sections, labels, filters or comments, within ten minutes.',
  details: 'For deletions of tasks, todoist.tasks.restore takes the ids of the tasks.',
  keywords: 'restore, undelete, cancel, withdraw',
  route: 'POST /v1/todoist/sync/undo',
  input: z.object({
    commandIds: z.array(z.string().min(1).max(COMMAND_ID_CHARS)).min(1).max(BATCH_MAX_ITEMS),
  }),
  output: z.object({ results: z.array(itemResult({ commandId: z.string(), name: z.string() })) }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { commandIds: ['6c84fb90-12c4-11e1-840d-7b25c5ee775a'] },
  async run({ commandIds }, ctx) {
    const back = await withdrawDeletionsBy(ctx, commandIds)
    for (const row of back.values())
      if (!(row instanceof AppError)) ctx.changed(mirrorUri(row.accountId), row.spaceId)
    return {
      results: commandIds.map((commandId) => {
        const row = back.get(commandId) ?? notFound('waiting deletion', commandId)
        return toItemResult<Back>(row instanceof AppError ? row : { commandId, name: row.title })
      }),
    }
  },
  tell: ({ results }) => tellItems(results, 'Not undone', ({ name }) => `Stays: ${name}`),
})
