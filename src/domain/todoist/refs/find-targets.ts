/** The tasks that calls mean, as their callers may see and change them. */
import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { heldBy, mayOnlyRead, visibleTo } from '../../access/visible-to.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import { todoistCommands as commands, todoistItems as items } from '../tables.ts'
import { selectSeen, type Target } from '../tasks/read-items.ts'
import type { ItemRow, ItemSeen } from '../tasks/task.ts'
import { type SoughtTasks, taskIds } from './task-ids.ts'

type Reader = Pick<Context, 'db' | 'actor'>

/** The tasks that the caller may change, or why not, in the order of the references. */
export async function findTargets(ctx: Reader, sought: SoughtTasks): Promise<(Target | AppError)[]> {
  const { refs, accountId } = sought
  const known = await taskIds(ctx, sought)
  const ids = [...known.values()].filter((id) => typeof id === 'string')
  const made = await findMade(ctx, [...refs, ...ids])
  const found = await ctx.db
    .select({ item: getTableColumns(items), isHeld: sql<boolean>`${heldBy(ctx, items)}` })
    .from(items)
    .where(
      and(
        visibleTo(ctx, items),
        inArray(items.id, ids),
        accountId === undefined ? undefined : eq(items.accountId, accountId),
      ),
    )
  return refs.map((ref) => {
    const id = known.get(ref)
    if (id instanceof AppError) return id
    const fitting = found.filter(({ item }) => item.id === id)
    const held = fitting.filter(({ isHeld }) => isHeld)
    const [target, ...others] = held.map(({ item }) => targetOf(item))
    if (others.length > 0)
      return severalHave(
        ref,
        held.map(({ item }) => item.accountId),
      )
    if (target !== undefined) return target
    const creation = made.get(ref) ?? made.get(id ?? '')
    if (creation !== undefined) return onItsWay(creation)
    return fitting.length > 0 ? mayOnlyRead(`the task ${ref}`) : notFound('Todoist task', ref)
  })
}

function targetOf(item: ItemRow): Target {
  const { accountId, spaceId, id, content } = item
  return { accountId, spaceId, id, title: content, item }
}

/** The commands that make the tasks to which a reference points that is not yet an id of Todoist. */
async function findMade(ctx: Reader, refs: readonly string[]): Promise<Map<string, CommandRow>> {
  const rows = await ctx.db
    .select()
    .from(commands)
    .where(
      and(
        heldBy(ctx, commands),
        inArray(commands.id, [...refs]),
        eq(commands.type, 'item_add'),
        eq(commands.makes, true),
      ),
    )
  return new Map(rows.map((row) => [row.id, row]))
}

function onItsWay({ id, accountId, spaceId, title, state }: CommandRow): Target | AppError {
  if (state === 'waiting' || state === 'sent') return { accountId, spaceId, id, title, item: undefined }
  return new AppError('conflict', `Todoist did not make the task ${id}, or does not say under which id.`, {
    fix: 'List the tasks, and use an id from there.',
  })
}

function severalHave(ref: string, accountIds: readonly string[]): AppError {
  return new AppError('invalid_input', `The task ${ref} is in several of your accounts.`, {
    fix: `Name one of them in accountId: ${accountIds.join(', ')}.`,
  })
}

/**
 * The tasks that a reference means, in each account that has them.
 * @throws AppError `invalid_input` that names the candidates where several are called so
 */
export async function findSeen(ctx: Reader, ref: string, accountId: string | undefined): Promise<ItemSeen[]> {
  const id = (await taskIds(ctx, { refs: [ref], accountId })).get(ref)
  if (id instanceof AppError) throw id
  if (id === undefined) return []
  const inAccount = accountId === undefined ? undefined : eq(items.accountId, accountId)
  return await selectSeen(ctx.db, and(visibleTo(ctx, items), eq(items.id, id), inAccount))
}
