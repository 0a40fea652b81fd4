/** todoist.comments.update: other texts for comments. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { knownAccounts } from '../../../domain/todoist/things/known-accounts.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { findRead } from '../writes/find-read.ts'
import { changeThings, onAccount, settleThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { COMMENT_KINDS, CommentRef, CommentText } from './comment.ts'

const Changed = z.object({ commentId: CommentRef, text: CommentText })

export const updateComments = defineOperation({
  name: 'todoist.comments.update',
  summary: 'Change the texts of comments at Todoist.',
  keywords: 'edit, note',
  route: 'PATCH /v1/todoist/comments',
  input: z.object({ comments: z.array(Changed).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { comments: [{ commentId: '6XGgmNote', text: 'Paid by card' }] },
  async run({ comments: given, ...on }, ctx) {
    const refs = given.map(({ commentId }) => commentId)
    const known = await knownAccounts(ctx, on.accountId)
    const find = findRead(await readThings(ctx.db, known, { kinds: COMMENT_KINDS, refs }), 'Todoist comment')
    return await changeThings(
      ctx,
      { ...on, given, find: ({ commentId }, names, inAccount) => find(commentId, names, inAccount) },
      ({ thing: { id } }, { text }) => [{ type: 'note_update', args: { id, content: text } }],
    )
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Changed', 'Not changed'),
})
