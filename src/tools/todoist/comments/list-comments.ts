/** todoist.comments.list: the comments on a task or a project, oldest first, from the mirror. */
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../../core/schema/page.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import { findProject } from '../../../domain/todoist/names.ts'
import { findSeen } from '../../../domain/todoist/refs/find-targets.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { type Known, knownAccounts, locate } from '../../../domain/todoist/things/known-accounts.ts'
import { pageThings } from '../../../domain/todoist/things/page-things.ts'
import { readThings } from '../../../domain/todoist/things/read-things.ts'
import { waitingWords } from '../writes/listing.ts'
import { COMMENT_KINDS, Comment, toComment } from './comment.ts'

export const listComments = defineOperation({
  name: 'todoist.comments.list',
  summary: 'List the comments on a Todoist task or project, with their attachments.',
  keywords: 'notes, discussion, files',
  route: 'GET /v1/todoist/comments',
  input: z.object({
    taskId: TaskRef.optional(),
    project: Name.optional().describe('Name or id'),
    accountId: accountField,
    ...pageInput,
  }),
  output: pageOf(Comment),
  scope: 'todoist:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { taskId: '6XGgm6PHrGgMpCFX' },
  async run({ accountId, taskId, project, ...query }, ctx) {
    const all = await knownAccounts(ctx, accountId)
    const { known, parentId } = await holderOf(ctx, all, { taskId, project })
    const read = await readThings(ctx.db, [known], { kinds: COMMENT_KINDS, parentId })
    const { items, nextCursor } = pageThings([known], query, read)
    return { items: items.map(toComment), nextCursor }
  },
  line: ({ id, text, postedBy, attachment, isWaiting }) =>
    `${id} ${postedBy === null ? '' : `${postedBy}: `}${text}${attachment === null ? '' : ` [${attachment.name}]`}${waitingWords(isWaiting)}`,
  none: 'No comments.',
})

interface Holder {
  readonly taskId: string | undefined
  readonly project: string | undefined
}

async function holderOf(
  ctx: Pick<Context, 'db' | 'actor'>,
  all: readonly Known[],
  { taskId, project }: Holder,
): Promise<{ known: Known; parentId: string }> {
  if ((taskId === undefined) === (project === undefined)) throw noHolder('Comments are')
  if (project !== undefined) {
    const { known, thing } = locate(all, (names) => findProject(names, project))
    return { known, parentId: thing.id }
  }
  const ref = taskId ?? ''
  const seen = all.length === 0 ? [] : await findSeen(ctx, ref, undefined)
  if (seen.length === 0) throw notFound('Todoist task', ref)
  const { known, thing } = locate(all, (_names, { account }) => {
    const found = seen.find(({ item }) => item.accountId === account.id)
    if (found === undefined) throw notFound('Todoist task', ref)
    return found.item.id
  })
  return { known, parentId: thing }
}

/** `whatIs`: the beginning of the sentence, such as `A comment is`. */
export function noHolder(whatIs: string): AppError {
  return new AppError('invalid_input', `${whatIs} on a task or on a project.`, {
    fix: 'Give taskId or project.',
  })
}
