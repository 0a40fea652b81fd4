/** todoist.comments.delete: deletes comments ten minutes later. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { deletionOf } from '../../../domain/todoist/things/undo.ts'
import { DELETION, nextAfterDeletion, tellDeletion } from '../writes/deletion.ts'
import { findRead } from '../writes/find-read.ts'
import { changeThings, onAccount, settleThings, ThingsOutput } from '../writes/things.ts'
import { COMMENT_KINDS, CommentRef } from './comment.ts'

export const deleteComments = defineOperation({
  name: 'todoist.comments.delete',
  summary: 'Delete comments at Todoist, in ten minutes; until then it can be undone.',
  details: DELETION,
  keywords: 'remove, note',
  route: 'POST /v1/todoist/comments/delete',
  input: z.object({ commentIds: z.array(CommentRef).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { commentIds: ['6XGgmNote'] },
  async run({ commentIds: given, ...on }, ctx) {
    const known = await knownAccounts(ctx, on.accountId)
    const read = await readThings(ctx.db, known, { kinds: COMMENT_KINDS, refs: given })
    const find = findRead(read, 'Todoist comment')
    return await changeThings(ctx, { ...on, given, find }, ({ thing }) => [
      deletionOf(thing, 'note_delete', ctx.now),
    ])
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: tellDeletion,
  next: nextAfterDeletion,
})
