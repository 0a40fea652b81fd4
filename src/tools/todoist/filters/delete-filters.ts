/** todoist.filters.delete: deletes saved filters ten minutes later; the tasks stay. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { findFilter } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { deletionOf } from '../../../domain/todoist/things/undo.ts'
import { DELETION, nextAfterDeletion, tellDeletion } from '../writes/deletion.ts'
import { changeThings, onAccount, settleThings, ThingsOutput } from '../writes/things.ts'

export const deleteFilters = defineOperation({
  name: 'todoist.filters.delete',
  summary: 'Delete saved filters at Todoist, in ten minutes; until then it can be undone.',
  details: DELETION,
  keywords: 'remove, view',
  route: 'POST /v1/todoist/filters/delete',
  input: z.object({
    filters: z.array(Name.describe('Name or id')).min(1).max(BATCH_MAX_ITEMS),
    ...onAccount,
  }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { filters: ['Urgent'] },
  run: async ({ filters: given, ...on }, ctx) =>
    await changeThings(
      ctx,
      { ...on, given, find: (filter, names) => findFilter(names, filter) },
      ({ thing }) => [deletionOf(thing, 'filter_delete', ctx.now)],
    ),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: tellDeletion,
  next: nextAfterDeletion,
})
