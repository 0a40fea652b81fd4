/** Hooks of people's own in the database. */
import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import {
  editableBy,
  endableBy,
  mayOnlyRead,
  readNewest,
  spacedKind,
  visibleTo,
} from '../access/visible-to.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { assertRoomFor, countedLimit } from '../limits/counted-limit.ts'
import { type HookRow, hookUri } from './own-hook.ts'
import { hooks } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor'>
type Writer = Reader & Pick<Context, 'now' | 'changed' | 'touched'>

export const hookKind = spacedKind('hook', hooks)

export const hookLimit = countedLimit({
  name: 'hooks',
  unit: 'hooks',
  meaning: 'Hooks of their own',
  of: 'everyone',
  most: 100,
  counted: (owners) =>
    sql`select owner_id, count(*) as used from ${hooks} where owner_id in (${owners}) group by 1`,
})

/** @throws AppError `conflict` when the owner already has the most hooks allowed */
export async function insertHook(ctx: Writer, row: HookRow): Promise<void> {
  await assertRoomFor(ctx, hookLimit, row.ownerId)
  await ctx.db.insert(hooks).values(row)
  note(ctx, row)
}

/** @throws AppError `not_found` */
export async function getHook(ctx: Reader, id: string): Promise<HookRow> {
  const [row] = await ctx.db
    .select()
    .from(hooks)
    .where(and(eq(hooks.id, id), visibleTo(ctx, hooks)))
  if (row === undefined) throw notFound('hook', id)
  return row
}

/**
 * A hook that no other call can change until this transaction ends.
 * @throws AppError `not_found`, or `forbidden` for a caller who may only read it
 */
export async function lockHook(ctx: Reader, id: string): Promise<HookRow> {
  return await lockWhere(ctx, id, editableBy(ctx, hooks))
}

/** The same for one that the caller may delete. @throws AppError `not_found`, `forbidden` */
export async function lockToEnd(ctx: Reader, id: string): Promise<HookRow> {
  return await lockWhere(
    ctx,
    id,
    endableBy(ctx, hooks, { making: 'hooks:write', changeable: editableBy(ctx, hooks) }),
  )
}

async function lockWhere(ctx: Reader, id: string, isAllowed: SQL): Promise<HookRow> {
  const columns = { ...getTableColumns(hooks), isAllowed: sql<boolean>`${isAllowed}` }
  const isIt = and(eq(hooks.id, id), visibleTo(ctx, hooks))
  const [found] = await lockSeen(() => ctx.db.select(columns).from(hooks).where(isIt), 'update')
  if (found === undefined) throw notFound('hook', id)
  const { isAllowed: may, ...row } = found
  if (!may) throw mayOnlyRead(`hook ${id}`)
  return row
}

export async function changeHook(ctx: Writer, row: HookRow, changes: Partial<HookRow>): Promise<HookRow> {
  const set = { ...changes, updatedAt: ctx.now }
  await ctx.db.update(hooks).set(set).where(eq(hooks.id, row.id))
  note(ctx, row)
  return { ...row, ...set }
}

export async function deleteHook(ctx: Writer, row: HookRow): Promise<void> {
  await ctx.db.delete(hooks).where(eq(hooks.id, row.id))
  note(ctx, row)
}

function note(ctx: Writer, { id, spaceId, ownerId }: HookRow): void {
  ctx.changed(hookUri(id), spaceId)
  ctx.touched(hookUri(id), ownerId)
}

/** Newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function listHooks(ctx: Reader, page: Page) {
  return await readNewest(ctx, hooks, { space: hooks.spaceId, ...page })
}

interface Page {
  readonly limit: number
  readonly cursor?: string | undefined
}
