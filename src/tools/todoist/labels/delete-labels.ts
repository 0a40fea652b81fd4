/** todoist.labels.delete: deletes labels ten minutes later; the caller says what happens to their tasks. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import type { ThingRow } from '../../../domain/todoist/thing-row.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import {
  findAnyLabel,
  isSharedLabel,
  readSharedLabels,
} from '../../../domain/todoist/things/shared-labels.ts'
import { deletionOf } from '../../../domain/todoist/things/undo.ts'
import { changeOf } from '../writes/changes.ts'
import { DELETION, nextAfterDeletion, tellDeletion } from '../writes/deletion.ts'
import { changeThings, onAccount, settleThings, type ThingChange, ThingsOutput } from '../writes/things.ts'

export const deleteLabels = defineOperation({
  name: 'todoist.labels.delete',
  summary: 'Delete labels at Todoist, and take them off tasks or leave them there.',
  details: `${DELETION} A shared label is only a name on tasks: it is taken off at once, which cannot be undone.`,
  keywords: 'remove, tag',
  route: 'POST /v1/todoist/labels/delete',
  input: z.object({
    labels: z.array(Name.describe('Name or id')).min(1).max(BATCH_MAX_ITEMS),
    onTasks: z
      .enum(['remove', 'keep'])
      .describe('remove: tasks lose the label; keep: it stays on them as a shared label'),
    ...onAccount,
  }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { labels: ['money'], onTasks: 'keep' },
  async run({ labels: given, onTasks, ...on }, ctx) {
    const shared = await readSharedLabels(ctx.db, await knownAccounts(ctx, on.accountId))
    const find = (label: string, _names: unknown, known: Parameters<typeof findAnyLabel>[2]) =>
      findAnyLabel(shared, label, known)
    return await changeThings(ctx, { ...on, given, find }, ({ thing }) => [
      deletionWith(thing, onTasks, ctx.now),
    ])
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: tellDeletion,
  next: nextAfterDeletion,
})

function deletionWith(label: ThingRow, onTasks: 'remove' | 'keep', now: Date): ThingChange {
  if (!isSharedLabel(label)) {
    const deletion = deletionOf(label, 'label_delete', now)
    return { ...deletion, args: { ...deletion.args, cascade: onTasks === 'keep' ? 'none' : 'all' } }
  }
  if (onTasks === 'remove') return changeOf('label_delete_occurrences', { name: label.name })
  throw new AppError(
    'invalid_input',
    `The label ${label.name} is shared: it is nothing but its tasks' name.`,
    {
      fix: 'Call with onTasks: remove to take it off the tasks.',
      issues: [{ path: 'onTasks', message: 'must be remove for a shared label' }],
    },
  )
}
