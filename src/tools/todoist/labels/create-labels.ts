/** todoist.labels.create: new personal labels at Todoist. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { caseless } from '../../../core/text/comparable.ts'
import type { Names } from '../../../domain/todoist/names.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { Color } from '../../../domain/todoist/things/colors.ts'
import { wireFields } from '../../../domain/todoist/things/fields.ts'
import { createThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'

const NewLabel = z.object({
  name: Name,
  color: Color.optional(),
  isFavorite: z.boolean().optional(),
})

export const createLabels = defineOperation({
  name: 'todoist.labels.create',
  summary: `Create 1 to ${BATCH_MAX_ITEMS} labels at Todoist.`,
  keywords: 'new, add, tag',
  route: 'POST /v1/todoist/labels',
  input: z.object({ labels: z.array(NewLabel).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { labels: [{ name: 'errand' }] },
  run: async ({ labels: given, ...on }, ctx) =>
    await createThings(ctx, { ...on, given }, (fields, { names }) => {
      const name = fields.name.replace(/^@/, '')
      assertNew(names, name)
      return { name, change: { type: 'label_add', args: wireFields({ ...fields, name }) } }
    }),
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Created', 'Not created'),
})

function assertNew(names: Names, name: string): void {
  const there = names.of('labels').find((label) => caseless(label.name) === caseless(name))
  if (there === undefined) return
  throw new AppError('conflict', `There is a label ${there.name} already.`, {
    fix: `Use it: ${there.id}.`,
  })
}
