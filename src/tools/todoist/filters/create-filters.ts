/** todoist.filters.create: new saved filters at Todoist. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { wireFields } from '../../../domain/todoist/things/fields.ts'
import { createThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { filterFields } from './fields.ts'

const NewFilter = z.object({ name: Name, ...filterFields })

export const createFilters = defineOperation({
  name: 'todoist.filters.create',
  summary: `Create 1 to ${BATCH_MAX_ITEMS} saved filters at Todoist.`,
  keywords: 'new, add, view, search',
  route: 'POST /v1/todoist/filters',
  input: z.object({ filters: z.array(NewFilter).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { filters: [{ name: 'Soon', query: '7 days & p1' }] },
  run: async ({ filters: given, ...on }, ctx) =>
    await createThings(ctx, { ...on, given }, (fields) => ({
      name: fields.name,
      change: { type: 'filter_add', args: wireFields(fields) },
    })),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Created', 'Not created'),
})
