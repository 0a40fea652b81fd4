/** todoist.filters.update: changes of saved filters; what is not given stays as it is at Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { findFilter } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { wireFields } from '../../../domain/todoist/things/fields.ts'
import { changeOf, fieldChanges, nothingGiven } from '../writes/changes.ts'
import {
  changeThings,
  onAccount,
  settleThings,
  type ThingChange,
  ThingsOutput,
  tellThings,
} from '../writes/things.ts'
import { filterFields } from './fields.ts'

const Changed = z.object({
  filter: Name.describe('Name or id'),
  name: Name.optional(),
  ...filterFields,
  query: filterFields.query.optional(),
  position: Position.optional().describe('Place among the filters, from 1'),
})
type Changed = z.output<typeof Changed>

export const updateFilters = defineOperation({
  name: 'todoist.filters.update',
  summary: 'Change, rename or reorder saved filters at Todoist.',
  keywords: 'edit, favorite, view',
  route: 'PATCH /v1/todoist/filters',
  input: z.object({ filters: z.array(Changed).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { filters: [{ filter: 'Urgent', query: 'p1 & today' }] },
  run: async ({ filters: given, ...on }, ctx) =>
    await changeThings(
      ctx,
      { ...on, given, find: ({ filter }, names) => findFilter(names, filter) },
      ({ thing }, changed) => changesOf(thing.id, changed),
    ),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Changed', 'Not changed'),
})

function changesOf(id: string, { filter: _ref, position, ...fields }: Changed): readonly ThingChange[] {
  const changes = [
    ...fieldChanges('filter_update', id, wireFields(fields)),
    ...(position === undefined
      ? []
      : [changeOf('filter_update_orders', { id_order_mapping: { [id]: position } })]),
  ]
  if (changes.length === 0) throw nothingGiven('filter')
  return changes
}
