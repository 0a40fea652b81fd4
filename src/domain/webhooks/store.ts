/** Webhooks in the database. */
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { SeenKind } from '../../core/operation/kind.ts'
import { editableBy, endableBy, mayOnlyRead, readNewest, visibleTo } from '../access/visible-to.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { assertRoomFor, countedLimit } from '../limits/counted-limit.ts'
import { webhooks } from './tables.ts'
import type { WebhookRow } from './webhook.ts'

/** Webhooks of one person or team: each looks at every event of its owner. */
export const WEBHOOKS_MAX = 20

export const webhookLimit = countedLimit({
  name: 'webhooks',
  unit: 'webhooks',
  meaning: 'Webhooks',
  of: 'everyone',
  most: WEBHOOKS_MAX,
  counted: (owners) =>
    sql`select owner_id, count(*) as used from ${webhooks} where owner_id in (${owners}) group by 1`,
})

type Reader = Pick<Context, 'db' | 'actor'>

const SPACE = { spaceId: webhooks.ownerId, personId: webhooks.personId }

export const webhookKind: SeenKind = {
  name: 'webhook',
  sight: { table: webhooks, isVisible: (viewer) => visibleTo(viewer, SPACE) },
}

/** @throws AppError `conflict` when the owner has as many as are allowed */
export async function insertWebhook(ctx: Reader, row: WebhookRow): Promise<void> {
  await assertRoomFor(ctx, webhookLimit, row.ownerId)
  await ctx.db.insert(webhooks).values(row)
}

interface Page {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listWebhooks(ctx: Reader, page: Page) {
  return await readNewest(ctx, webhooks, { space: webhooks.ownerId, ...page })
}

/** @throws AppError `not_found` */
export async function getWebhook(ctx: Reader, id: string): Promise<WebhookRow> {
  const [row] = await ctx.db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.id, id), visibleTo(ctx, SPACE)))
  if (row === undefined) throw notFound('webhook', id)
  return row
}

/**
 * Reads and locks a webhook that the caller may change.
 * @throws AppError `not_found`, or `forbidden` where the caller may only read it
 */
export async function lockWebhook(ctx: Reader, id: string): Promise<WebhookRow> {
  return await lockWhere(ctx, id, editableBy(ctx, SPACE))
}

/** The same for one that the caller may delete. @throws AppError `not_found`, `forbidden` */
export async function lockToEnd(ctx: Reader, id: string): Promise<WebhookRow> {
  return await lockWhere(
    ctx,
    id,
    endableBy(ctx, SPACE, { making: 'webhooks:write', changeable: editableBy(ctx, SPACE) }),
  )
}

async function lockWhere(ctx: Reader, id: string, isAllowed: SQL): Promise<WebhookRow> {
  const columns = { row: webhooks, isAllowed: sql<boolean>`${isAllowed}` }
  const isIt = and(eq(webhooks.id, id), visibleTo(ctx, SPACE))
  const [found] = await lockSeen(() => ctx.db.select(columns).from(webhooks).where(isIt), 'update')
  if (found === undefined) throw notFound('webhook', id)
  if (!found.isAllowed) throw mayOnlyRead(`the webhook ${id}`)
  return found.row
}

/**
 * The same for one that must be active.
 * @throws AppError `conflict` for one that is disabled
 */
export async function lockActive(ctx: Reader, id: string): Promise<WebhookRow> {
  const row = await lockWebhook(ctx, id)
  if (row.state === 'active') return row
  throw new AppError('conflict', `The webhook ${id} is disabled.`, {
    fix: 'Enable it first: webhooks.update with state active.',
  })
}

/** Changes a webhook that is locked; returns it as it is then. */
export async function changeWebhook(
  { db, now }: Pick<Context, 'db' | 'now'>,
  row: WebhookRow,
  changes: Partial<WebhookRow>,
): Promise<WebhookRow> {
  await db
    .update(webhooks)
    .set({ ...changes, updatedAt: now })
    .where(eq(webhooks.id, row.id))
  return { ...row, ...changes, updatedAt: now }
}

export async function deleteWebhook({ db }: Reader, id: string): Promise<void> {
  await db.delete(webhooks).where(eq(webhooks.id, id))
}
