/** todoist.comments.read_attachment: the file on a comment. */
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { assertNotPaused, errorOf } from '../../../domain/todoist/rest/ask.ts'
import { knownAccounts, locateHeld } from '../../../domain/todoist/things/known-accounts.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { TODOIST } from '../../../domain/todoist/todoist.ts'
import { findRead } from '../writes/find-read.ts'
import { attachmentOf, COMMENT_KINDS, CommentRef } from './comment.ts'

/** Bytes of a file in an answer, which a model reads. */
const FILE_MAX_BYTES = 1_048_576

export const readAttachment = defineOperation({
  name: 'todoist.comments.read_attachment',
  summary: 'Read the file on a comment at Todoist: text as it is, other files in base64.',
  details:
    'Files of more than 1 MiB, and those that are not at Todoist, are read at the url that the comment has.',
  keywords: 'todoist picture, todoist attachment',
  route: 'GET /v1/todoist/comments/:commentId/attachment',
  input: z.object({ commentId: CommentRef, accountId: accountField }),
  output: z.object({
    name: z.string(),
    type: z.string(),
    encoding: z.enum(['text', 'base64']),
    content: z.string(),
  }),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { commentId: '6XGgmNote' },
  async reach({ commentId, accountId }, ctx) {
    const all = await knownAccounts(ctx, accountId)
    const find = findRead(
      await readThings(ctx.db, all, { kinds: COMMENT_KINDS, refs: [commentId] }),
      'Todoist comment',
    )
    const { known, thing } = locateHeld(all, (names, each) => find(commentId, names, each))
    const attachment = attachmentOf(thing)
    if (attachment?.url == null) throw notFound('file on the comment', commentId)
    if ((attachment.bytes ?? 0) > FILE_MAX_BYTES) throw tooLarge(attachment.url)
    assertNotPaused(known.account, ctx.now)
    const client = await ctx.account(TODOIST, known.account.id)
    const downloaded = await client.download(attachment.url, FILE_MAX_BYTES, ctx.signal)
    if (downloaded.kind !== 'ok') throw errorOf(downloaded)
    return { ...downloaded.file, name: attachment.name }
  },
  async run(_input, _ctx, { name, type, bytes }) {
    const isText = /^text\/|[/+](?:json|xml|csv)\b/.test(type)
    const content = Buffer.from(bytes).toString(isText ? 'utf8' : 'base64')
    return { name, type, encoding: isText ? ('text' as const) : ('base64' as const), content }
  },
  tell: ({ name, type, encoding, content }) =>
    encoding === 'text' ? `${name} (${type}):\n${content}` : `${name} (${type}), in base64.`,
})

function tooLarge(url: string): AppError {
  return new AppError('payload_too_large', 'The file is too large for an answer.', {
    fix: `Open it at Todoist: ${url}`,
  })
}
