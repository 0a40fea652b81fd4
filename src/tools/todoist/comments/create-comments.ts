/** todoist.comments.create: new comments on tasks and projects, with files. */
import { z } from 'zod'
import { AppError, toRefusal } from '../../../core/errors.ts'
import type { ReachContext } from '../../../core/operation/context.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { findAssignee, findProject } from '../../../domain/todoist/names.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import { askTodoist } from '../../../domain/todoist/rest/ask.ts'
import { Name } from '../../../domain/todoist/tasks/plan-task.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { type Known, knownAccounts, locateHeld } from '../../../domain/todoist/things/known-accounts.ts'
import { type Plan, planned } from '../writes/standing.ts'
import { onAccount, settleThings, storeThings, ThingsOutput, tellThings } from '../writes/things.ts'
import { CommentText } from './comment.ts'
import { noHolder } from './list-comments.ts'

/** Characters of a file in base64: with the rest of a call they stay within what a door takes. */
const FILE_MAX_CHARS = 950_000
const FILE_NAME_MAX_CHARS = 200
const NOTIFIED_MAX = 25

const File = z.object({
  name: z.string().trim().min(1).max(FILE_NAME_MAX_CHARS),
  type: z.string().max(FILE_NAME_MAX_CHARS).default('application/octet-stream').describe('Media type'),
  base64: z.base64().max(FILE_MAX_CHARS),
})

const NewComment = z.object({
  text: CommentText,
  taskId: TaskRef.optional(),
  project: Name.optional().describe('Name or id, for a comment on the project'),
  file: File.optional(),
  notify: z.array(Name).max(NOTIFIED_MAX).optional().describe('People who share the project'),
})
type NewComment = z.output<typeof NewComment>

/** An attachment as Todoist describes it, or why it could not be uploaded. */
type Uploaded = JsonObject | AppError | undefined

export const createComments = defineOperation({
  name: 'todoist.comments.create',
  summary: 'Comment on Todoist tasks or projects, with a file where one is given.',
  details:
    'A file needs Todoist at once; the comment itself waits until Todoist can be reached. A file of up to 700 KB fits into a call.',
  keywords: 'note, add, attach, attachment, upload',
  route: 'POST /v1/todoist/comments',
  input: z.object({ comments: z.array(NewComment).min(1).max(BATCH_MAX_ITEMS), ...onAccount }),
  output: ThingsOutput,
  scope: 'todoist:write',
  effect: 'write',
  repeat: 'keyed',
  // A file that is uploaded twice hangs on no comment, and shows nowhere.
  outside: 'idempotent',
  listed: false,
  example: { comments: [{ text: 'Paid in cash', taskId: '6XGgm6PHrGgMpCFX' }] },
  async reach({ comments, accountId, dryRun }, ctx): Promise<Uploaded[]> {
    const uploaded: Uploaded[] = []
    for (const { file } of dryRun ? [] : comments) uploaded.push(file && (await upload(ctx, accountId, file)))
    return uploaded
  },
  async run({ comments, accountId, dryRun }, ctx, uploaded) {
    const known = await knownAccounts(ctx, accountId)
    const refs = comments.map(({ taskId }) => taskId ?? '')
    const targets = await findTargets(ctx, { refs, accountId })
    const plans = comments.map((comment, index) =>
      planned(() => planOf(comment, { known, target: targets[index], attachment: uploaded[index] })),
    )
    return await storeThings(ctx, plans, dryRun)
  },
  settle: async (_input, ctx, answer) => await settleThings(ctx, answer),
  tell: (answer) => tellThings(answer, 'Commented', 'Not commented'),
})

async function upload(
  ctx: ReachContext,
  accountId: string | undefined,
  { name, type, base64 }: z.output<typeof File>,
): Promise<Uploaded> {
  const file = { name, type, bytes: new Uint8Array(Buffer.from(base64, 'base64')) }
  try {
    return await askTodoist(ctx, accountId, (client, signal) =>
      client.send({ path: '/uploads', file }, signal),
    )
  } catch (thrown) {
    return toRefusal(thrown)
  }
}

interface Planning {
  readonly known: readonly Known[]
  readonly target: Target | AppError | undefined
  readonly attachment: Uploaded
}

function planOf(
  { text, taskId, project, notify }: NewComment,
  { known, target, attachment }: Planning,
): Plan {
  if (attachment instanceof AppError) throw attachment
  if ((taskId === undefined) === (project === undefined)) throw noHolder('A comment is')
  const { on, accountId, spaceId } = project === undefined ? onTask(target) : onProject(known, project)
  const inAccount = known.find(({ account }) => account.id === accountId)
  const args = {
    ...{ ...on, content: text },
    ...(attachment !== undefined && { file_attachment: attachment }),
    ...(notify !== undefined &&
      inAccount !== undefined && {
        uids_to_notify: notify.map((person) => findAssignee(inAccount.names, person, inAccount.ownId)),
      }),
  }
  return { id: null, title: text, commands: [{ accountId, spaceId, type: 'note_add', args, title: text }] }
}

function onTask(target: Target | AppError | undefined) {
  if (target === undefined) throw new Error('the task was not looked up')
  if (target instanceof AppError) throw target
  return { on: { item_id: target.id }, accountId: target.accountId, spaceId: target.spaceId }
}

function onProject(known: readonly Known[], project: string) {
  const { thing } = locateHeld(known, (names) => findProject(names, project))
  return { on: { project_id: thing.id }, accountId: thing.accountId, spaceId: thing.spaceId }
}
