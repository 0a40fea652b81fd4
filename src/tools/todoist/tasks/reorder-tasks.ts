/** todoist.tasks.reorder: tasks take the order in which they are named. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import { type Change, changeInput, writeEach } from './change-each.ts'
import { settleResults, tellWritten, WriteOutput } from './written.ts'

export const reorderTasks = defineOperation({
  name: 'todoist.tasks.reorder',
  summary: 'Put Todoist tasks into the order in which they are named.',
  details:
    'place: among their siblings they trade the places that they have, so that tasks which are not named stay where they are; today: in the view of the day.',
  keywords: 'sort, order, arrange, position',
  route: 'POST /v1/todoist/tasks/reorder',
  input: z.object({ ...changeInput, view: z.enum(['place', 'today']).default('place') }),
  output: WriteOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { taskIds: ['6XGgm6PHrGgMpCFX'] },
  async run({ taskIds, accountId, dryRun, view }, ctx) {
    const targets = await findTargets(ctx, { refs: taskIds, accountId })
    const places = placesOf(targets)
    return await writeEach(ctx, { targets, dryRun }, ({ id }, index) =>
      view === 'today' ? [inDay(id, index)] : [inPlace(id, places[index] ?? index + 1)],
    )
  },
  settle: async (_input, ctx, answer) => await settleResults(ctx, answer),
  tell: (answer) => tellWritten(answer, 'In order', 'Not reordered'),
})

/** The places that the tasks have, in ascending order; from 1 where two have the same. */
function placesOf(targets: readonly (Target | AppError)[]): number[] {
  const places = targets.map((target) => (target instanceof AppError ? undefined : target.item?.position))
  const known = places.filter((place) => place !== undefined)
  const areDistinct = known.length === places.length && new Set(known).size === known.length
  return areDistinct ? known.sort((one, other) => one - other) : targets.map((_target, index) => index + 1)
}

function inPlace(id: string, place: number): Change {
  return { type: 'item_reorder', args: { items: [{ id, child_order: place }] } }
}

function inDay(id: string, index: number): Change {
  return { type: 'item_update_day_orders', args: { ids_to_orders: { [id]: index + 1 } } }
}
