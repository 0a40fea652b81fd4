/** The end of a command that Todoist refused: it is sent again, or dropped. */
import { and, eq } from 'drizzle-orm'
import { notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { heldBy } from '../../access/visible-to.ts'
import { addCommands } from '../commands/add-commands.ts'
import { todoistPairs as pairs } from '../links/tables.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import { todoistCommands as commands } from '../tables.ts'

/** @throws AppError `not_found` for a command that was not refused, or that the caller may not send */
export async function settleRefused(
  ctx: Context,
  commandId: string,
  take: 'ours' | 'theirs',
): Promise<CommandRow> {
  const [row] = await ctx.db
    .select()
    .from(commands)
    .where(and(eq(commands.id, commandId), eq(commands.state, 'refused'), heldBy(ctx, commands)))
    .for('update')
  if (row === undefined) throw notFound('refused change', commandId)
  await ctx.db.update(commands).set({ state: 'withdrawn' }).where(eq(commands.id, commandId))
  if (take === 'ours') await sendAgain(ctx, row)
  else await forgetSent(ctx, row)
  return row
}

async function sendAgain(ctx: Context, { id, makes, ...row }: CommandRow): Promise<void> {
  const { accountId, spaceId, type, args, title, subjectId, personId } = row
  const about = makes || subjectId === null ? {} : { subjectId }
  const [again = id] = await addCommands(ctx, [{ accountId, spaceId, type, args, title, personId, ...about }])
  if (makes) await ctx.db.update(pairs).set({ itemId: again, hereVersion: '' }).where(eq(pairs.itemId, id))
}

/** The pair is compared again as if nothing had been sent: what Todoist has is then a change of Todoist. */
async function forgetSent({ db }: Context, { subjectId, makes, id }: CommandRow): Promise<void> {
  if (makes) await db.update(pairs).set({ isGone: true }).where(eq(pairs.itemId, id))
  else if (subjectId !== null)
    await db.update(pairs).set({ sentOver: null, hereVersion: '' }).where(eq(pairs.itemId, subjectId))
}
