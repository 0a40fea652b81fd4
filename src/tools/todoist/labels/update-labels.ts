/** todoist.labels.update: changes of labels; a new name also comes onto the tasks. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { Position } from '../../../core/schema/ranges.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import type { ThingRow } from '../../../domain/todoist/thing-row.ts'
import { Color } from '../../../domain/todoist/things/colors.ts'
import { wireFields } from '../../../domain/todoist/things/fields.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import {
  findAnyLabel,
  isSharedLabel,
  readSharedLabels,
} from '../../../domain/todoist/things/shared-labels.ts'
import { changeOf, fieldChanges, nothingGiven } from '../writes/changes.ts'
import {
  changeThings,
  onAccount,
  settleThings,
  type ThingChange,
  ThingsOutput,
  tellThings,
} from '../writes/things.ts'

const Changed = z.object({
  label: Name.describe('Name or id'),
  name: Name.optional(),
  color: Color.optional(),
  isFavorite: z.boolean().optional(),
  position: Position.optional().describe('Place among the labels, from 1'),
})
type Changed = z.output<typeof Changed>

export const updateLabels = defineOperation({
  name: 'todoist.labels.update',
  summary: 'Change or rename labels at Todoist, personal and shared ones; tasks get the new name.',
  keywords: 'edit, reorder, tag, favorite',
  route: 'PATCH /v1/todoist/labels',
  input: z.object({ labels: z.array(Changed).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { labels: [{ label: 'money', color: 'green' }] },
  async run({ labels: given, ...on }, ctx) {
    const shared = await readSharedLabels(ctx.db, await knownAccounts(ctx, on.accountId))
    const find = ({ label }: Changed, _names: unknown, known: Parameters<typeof findAnyLabel>[2]) =>
      findAnyLabel(shared, label, known)
    return await changeThings(ctx, { ...on, given, find }, ({ thing }, changed) => changesOf(thing, changed))
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Changed', 'Not changed'),
})

function changesOf(label: ThingRow, { label: _ref, position, ...fields }: Changed): readonly ThingChange[] {
  const { id, name } = label
  if (isSharedLabel(label)) return [renamed(name, fields)]
  const changes = [
    ...fieldChanges('label_update', id, wireFields(fields)),
    ...(position === undefined
      ? []
      : [changeOf('label_update_orders', { id_order_mapping: { [id]: position } })]),
  ]
  if (changes.length === 0) throw nothingGiven('label')
  return changes
}

/** A shared label is only a name. */
function renamed(old: string, { name, color, isFavorite }: Omit<Changed, 'label' | 'position'>): ThingChange {
  if (name !== undefined && color === undefined && isFavorite === undefined)
    return changeOf('label_rename', { name_old: old, name_new: name })
  throw new AppError('invalid_input', `The label ${old} is shared, so that it has a name only.`, {
    fix: `Give only name, or make it your own first: todoist.labels.create with the name ${old}.`,
  })
}
