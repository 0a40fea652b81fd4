/** todoist.sync.settle: says which side is right where both changed a field, or whether a refused change is sent again. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { exampleId, idOf } from '../../../core/operation/ids.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { settleConflict as settleOne, TAKES } from '../../../domain/todoist/settle/settle-conflict.ts'
import { settleRefused } from '../../../domain/todoist/settle/settle-refused.ts'

const COMMAND_ID_MAX_CHARS = 100

export const settleConflict = defineOperation({
  name: 'todoist.sync.settle',
  summary: 'Settle a conflict with Todoist, or a change that it refused: take ours, theirs or both.',
  details:
    'For a refused change, ours sends it again and theirs drops it. todoist.sync.status lists what there is to settle.',
  keywords: 'resolve a todoist conflict, retry a refused change, keep mine',
  route: 'POST /v1/todoist/sync/settle',
  input: z.object({
    conflictId: idOf('conflict').optional(),
    commandId: z.string().max(COMMAND_ID_MAX_CHARS).optional().describe('Of a change that Todoist refused'),
    take: z.enum(TAKES),
  }),
  output: z.object({ settled: z.string(), take: z.enum(TAKES) }),
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { conflictId: exampleId('conflict'), take: 'ours' },
  async run({ conflictId, commandId, take }, ctx) {
    if (conflictId !== undefined && commandId === undefined) {
      const { title, field } = await settleOne(ctx, conflictId, take)
      return { settled: `${field} of ${title}`, take }
    }
    if (commandId !== undefined && conflictId === undefined && take !== 'both') {
      const { title, type } = await settleRefused(ctx, commandId, take)
      return { settled: `${type} of ${title}`, take }
    }
    throw new AppError('invalid_input', 'Nothing to settle was named, or too much.', {
      fix: 'Give conflictId, or commandId with ours or theirs.',
    })
  },
  tell: ({ settled, take }) => `Settled ${settled}: ${take}.`,
})
