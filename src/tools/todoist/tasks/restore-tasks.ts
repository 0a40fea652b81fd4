/** todoist.tasks.restore: takes back deletions that Todoist does not have yet. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS, itemResult, tellItems, toItemResult } from '../../../core/schema/batch.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { mirrorUri } from '../../../domain/todoist/sync/uri.ts'
import { withdrawDeletions } from '../../../domain/todoist/tasks/change-task.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'

export const restoreTasks = defineOperation({
  name: 'todoist.tasks.restore',
  summary: 'Take back the deletion of Todoist tasks, within ten minutes.',
  route: 'POST /v1/todoist/tasks/restore',
  input: z.object({ taskIds: z.array(TaskRef).min(1).max(BATCH_MAX_ITEMS), accountId: accountField }),
  output: z.object({
    results: z.array(itemResult({ taskId: z.string(), content: z.string() })),
  }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  async run({ taskIds, accountId }, ctx) {
    const targets = await findTargets(ctx, { refs: taskIds, accountId })
    const found = targets.flatMap((target) => (target instanceof AppError ? [] : [target]))
    const back = await withdrawDeletions(ctx.db, found, ctx.now)
    for (const { accountId: id, spaceId } of found) ctx.changed(mirrorUri(id), spaceId)
    return {
      results: targets.map((target) =>
        toItemResult<{ taskId: string; content: string }>(
          target instanceof AppError
            ? target
            : back.has(target.id)
              ? { taskId: target.id, content: target.title }
              : notDeleted(target),
        ),
      ),
    }
  },
  tell: ({ results }) =>
    tellItems(results, 'Not restored', ({ taskId, content }) => `Stays: ${taskId} ${content}`),
})

function notDeleted({ id }: Target): AppError {
  return new AppError('conflict', `No deletion of the task ${id} waits.`, {
    fix: 'A deletion can be undone for ten minutes; after that, create the task again.',
  })
}
