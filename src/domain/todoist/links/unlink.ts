/** Ends a link. */
import { asc, eq } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { counted } from '../../../core/text/counts.ts'
import { holdEditableProject } from '../../projects/store.ts'
import { trashEach } from '../../tasks/trash.ts'
import { chooseAccount } from '../accounts/choose-account.ts'
import { todoistAccounts as mirrors } from '../tables.ts'
import { UNDO_MS } from '../things/undo.ts'
import type { LinkRow } from './link.ts'
import { useMadeIds } from './reconcile.ts'
import { todoistLinks as links } from './tables.ts'
import { openWork, type Work } from './work.ts'

/** Where the tasks stay. */
export const KEEPS = ['both', 'here', 'there'] as const
type Keep = (typeof KEEPS)[number]

/** @throws AppError `forbidden` where the caller may not change the side whose tasks do not stay */
export async function unlink(ctx: Context, link: LinkRow, keep: Keep) {
  await holdEditableProject(ctx, link.projectId)
  if (keep === 'here') await chooseAccount(ctx, link.accountId)
  await ctx.db
    .select({ accountId: mirrors.accountId })
    .from(mirrors)
    .where(eq(mirrors.accountId, link.accountId))
    .for('update')
  await useMadeIds(ctx.db, link)
  const work = await openWork(ctx, link)
  const trashedHere = keep === 'there' ? await trashHere(ctx, work) : 0
  const deletedThere = keep === 'here' ? await deleteThere(ctx, work) : 0
  await ctx.db.delete(links).where(eq(links.id, link.id))
  return { trashedHere, deletedThere }
}

/**
 * Ending an account ends its links too, so each of them is ended first, by a call that says where its tasks stay.
 * @throws AppError `conflict`
 */
export async function assertUnlinked({ db }: Pick<Context, 'db'>, accountId: string): Promise<void> {
  const rows = await db
    .select({ id: links.id })
    .from(links)
    .where(eq(links.accountId, accountId))
    .orderBy(asc(links.id))
  const [first] = rows
  if (first === undefined) return
  throw new AppError(
    'conflict',
    `${counted(rows.length, 'project')} of this account ${rows.length === 1 ? 'is' : 'are'} linked with projects here.`,
    {
      fix: `End each link first, saying where its tasks stay (both, here or there): switchboard todoist projects unlink ${first.id} --keep both. Links: switchboard todoist links list.`,
    },
  )
}

async function trashHere(ctx: Context, work: Work): Promise<number> {
  const ids = work.pairs.flatMap(({ taskId }) => (work.task(taskId)?.trashedAt === null ? [taskId] : []))
  const outcomes = ids.length === 0 ? [] : await trashEach(ctx, ids)
  return outcomes.filter((each) => !(each instanceof AppError)).length
}

async function deleteThere(ctx: Context, work: Work): Promise<number> {
  const found = work.pairs.flatMap(({ itemId }) => work.item(itemId) ?? [])
  // Subtasks go with their parents.
  const ids = new Set(found.map(({ id }) => id))
  const notBefore = new Date(ctx.now.getTime() + UNDO_MS)
  for (const { id, content, parentId, wire } of found) {
    if (parentId !== null && ids.has(parentId)) continue
    await work.send({
      ...{ type: 'item_delete', args: { id }, title: content, subjectId: id, snapshot: wire, notBefore },
    })
  }
  return found.length
}
