/** URLs at the hooks of areas: who is told by a token whose events are reported there. */
import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { idOf } from '../../core/operation/ids.ts'
import { REDACTED } from '../../core/text/redact.ts'
import { hashKey } from '../access/key-form.ts'
import {
  endableBy,
  governedBy,
  mayOnlyRead,
  readNewest,
  spacedKind,
  visibleTo,
} from '../access/visible-to.ts'
import type { Db } from '../db/db.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { assertRoomFor, countedLimit } from '../limits/counted-limit.ts'
import { teamOf } from '../teams/space.ts'
import { hookUrls } from './tables.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** The paths of the hooks of areas. */
    readonly hookPaths?: readonly string[]
  }
}

type UrlRow = typeof hookUrls.$inferSelect
type Reader = Pick<Context, 'db' | 'actor'>
type Writer = Reader & Pick<Context, 'changed' | 'touched'>

export const HookUrlId = idOf('hookurl')

export const hookUrlKind = spacedKind('hookurl', hookUrls)

export const HookUrl = z.object({
  id: z.string(),
  hook: z.string().describe('The service whose reports it takes'),
  name: z.string(),
  url: z.string().describe('Where the service reports, without its token, which is shown only once'),
  teamId: z.string().nullable().describe('The team whose events they are; null: you'),
  createdAt: z.string(),
})
export type HookUrl = z.output<typeof HookUrl>

export function toHookUrl(
  { id, hook, name, ownerId, createdAt }: UrlRow,
  publicUrl: Context['publicUrl'],
): HookUrl {
  const url = linkOf({ hook, token: REDACTED }, publicUrl)
  return { id, hook, name, url, teamId: teamOf(ownerId), createdAt: createdAt.toISOString() }
}

/** The URL with its token, which is shown in the answer of the call that made it. */
export function linkOf(
  { hook, token }: { readonly hook: string; readonly token: string },
  publicUrl: Context['publicUrl'],
): string {
  return `${publicUrl() ?? ''}/hooks/${hook}/${token}`
}

export const hookUrlLimit = countedLimit({
  name: 'hook_urls',
  unit: 'URLs',
  meaning: 'URLs at the hooks of services',
  of: 'everyone',
  most: 100,
  counted: (owners) =>
    sql`select owner_id, count(*) as used from ${hookUrls} where owner_id in (${owners}) group by 1`,
})

/** @throws AppError `not_found`, naming the hooks that there are */
export function assertHookPath({ hookPaths = [] }: Pick<Context, 'hookPaths'>, path: string): void {
  if (hookPaths.includes(path)) return
  const known =
    hookPaths.length === 0 ? 'No service reports to this gateway.' : `Use ${hookPaths.join(', ')}.`
  throw new AppError('not_found', `There is no hook ${path}.`, {
    fix: `${known} For other services: hooks.create.`,
  })
}

/** @throws AppError `conflict` when the owner already has the most URLs allowed */
export async function insertHookUrl(ctx: Writer, row: UrlRow): Promise<void> {
  await assertRoomFor(ctx, hookUrlLimit, row.ownerId)
  await ctx.db.insert(hookUrls).values(row)
  note(ctx, row)
}

/** Newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function readHookUrls(
  ctx: Reader,
  page: { readonly limit: number; readonly cursor?: string | undefined },
) {
  return await readNewest(ctx, hookUrls, { space: hookUrls.spaceId, ...page })
}

/**
 * Reports to it are refused from now on.
 * @throws AppError `not_found`, or `forbidden` for a caller who neither made it nor is an admin of its team
 */
export async function endHookUrl(ctx: Writer, id: string): Promise<UrlRow> {
  const isAllowed = endableBy(ctx, hookUrls, { making: 'hooks:write', changeable: governedBy(ctx, hookUrls) })
  const columns = { row: hookUrls, isAllowed: sql<boolean>`${isAllowed}` }
  const isIt = and(eq(hookUrls.id, id), visibleTo(ctx, hookUrls))
  const [found] = await lockSeen(() => ctx.db.select(columns).from(hookUrls).where(isIt), 'update')
  if (found === undefined) throw notFound('hook URL', id)
  if (!found.isAllowed) throw mayOnlyRead(`hook URL ${id}`)
  await ctx.db.delete(hookUrls).where(eq(hookUrls.id, id))
  note(ctx, found.row)
  return found.row
}

/** The person or the team whose URL at this hook has the token. */
export async function findUrlOwner(db: Db, hook: string, token: string): Promise<string | undefined> {
  const [row] = await db
    .select({ ownerId: hookUrls.ownerId })
    .from(hookUrls)
    .where(and(eq(hookUrls.hash, hashKey(token)), eq(hookUrls.hook, hook)))
  return row?.ownerId
}

function note(ctx: Writer, { id, spaceId, ownerId }: UrlRow): void {
  ctx.changed(`hookurl://${id}`, spaceId)
  ctx.touched(`hookurl://${id}`, ownerId)
}
