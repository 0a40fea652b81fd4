/** Reads tasks of the mirror, as their people see them. */
import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { heldBy, mayOnlyRead, visibleTo } from '../../access/visible-to.ts'
import type { CommandRow } from '../sync/settle-commands.ts'
import { todoistCommands as commands, todoistItems as items, todoistThings } from '../tables.ts'
import type { ItemRow, ItemSeen } from './task.ts'

type Reader = Pick<Context, 'db' | 'actor'>

const projects = alias(todoistThings, 'project')
const sections = alias(todoistThings, 'section')

const openOf = sql`${commands.accountId} = ${items.accountId} and ${commands.subjectId} = ${items.id}
  and ${commands.state} in ('waiting', 'sent')`

const isWaiting = sql<boolean>`exists (select from ${commands} where ${openOf})`

/** Tasks whose deletion waits are gone for their people already. */
export const isBeingDeleted = sql`exists (select from ${commands} where ${openOf} and ${commands.type} = 'item_delete')`

const SEEN = {
  item: getTableColumns(items),
  projectName: projects.name,
  sectionName: sections.name,
  isWaiting,
}

/** The tasks that meet a condition, with what they are in. */
export function selectSeen(db: Context['db'], which: SQL | undefined) {
  return db
    .select(SEEN)
    .from(items)
    .leftJoin(
      projects,
      and(
        eq(projects.accountId, items.accountId),
        eq(projects.kind, 'projects'),
        eq(projects.id, items.projectId),
      ),
    )
    .leftJoin(
      sections,
      and(
        eq(sections.accountId, items.accountId),
        eq(sections.kind, 'sections'),
        eq(sections.id, items.sectionId),
      ),
    )
    .where(which)
    .$dynamic()
}

/** A task that a call means: one in the mirror, or one that is on its way to Todoist. */
export interface Target {
  readonly accountId: string
  readonly spaceId: string
  readonly id: string
  readonly title: string
  /** Undefined: Todoist does not have it yet. */
  readonly item: ItemRow | undefined
}

interface Sought {
  readonly refs: readonly string[]
  readonly accountId: string | undefined
}

/** The tasks that the caller may change, or why not, in the order of the references. */
export async function findTargets(ctx: Reader, { refs, accountId }: Sought): Promise<(Target | AppError)[]> {
  const made = await findMade(ctx, refs)
  const ids = refs.map((ref) => made.get(ref)?.madeId ?? ref)
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
  return ids.map((id, index) => {
    const ref = refs[index] ?? id
    const fitting = found.filter(({ item }) => item.id === id)
    const held = fitting.filter(({ isHeld }) => isHeld)
    const [target, ...others] = held.map(({ item }) => targetOf(item))
    if (others.length > 0)
      return severalHave(
        ref,
        held.map(({ item }) => item.accountId),
      )
    if (target !== undefined) return target
    const creation = made.get(ref)
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

/** Tasks by their ids, for answers. */
export async function readSeen(
  ctx: Reader,
  ids: readonly { readonly accountId: string; readonly id: string }[],
): Promise<ItemSeen[]> {
  if (ids.length === 0) return []
  const which = and(
    visibleTo(ctx, items),
    inArray(
      items.id,
      ids.map(({ id }) => id),
    ),
  )
  const rows = await selectSeen(ctx.db, which).orderBy(desc(items.id))
  return rows.filter(({ item }) =>
    ids.some((each) => each.id === item.id && each.accountId === item.accountId),
  )
}

/** The tasks that a reference means, in each account that has them. */
export async function findSeen(ctx: Reader, ref: string, accountId: string | undefined): Promise<ItemSeen[]> {
  const [made] = await ctx.db
    .select({ madeId: commands.madeId })
    .from(commands)
    .where(and(visibleTo(ctx, commands), eq(commands.id, ref)))
  const inAccount = accountId === undefined ? undefined : eq(items.accountId, accountId)
  return await selectSeen(ctx.db, and(visibleTo(ctx, items), eq(items.id, made?.madeId ?? ref), inAccount))
}
