/** The inbox as its owners read it, and what they decide about events that were given up. */
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { OWN_HOOKS } from '../../core/area/assert-hook.ts'
import { AppError, type ErrorCode, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { grants } from '../../core/operation/scopes.ts'
import { isGatewayAdmin } from '../access/admin.ts'
import { editableBy, mayOnlyRead, readNewest, spacedKind, visibleTo } from '../access/visible-to.ts'
import { lockSeen } from '../db/lock-seen.ts'
import { type InboxRow, inboxUri } from './event.ts'
import { inboxEvents } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor'>
type Writer = Reader & Pick<Context, 'now' | 'changed' | 'operations'>

/** The columns of a space that every row of this table has, unless it belongs to nobody. */
const SPACED = { spaceId: inboxEvents.spaceId }

export const inboxKind = spacedKind('inbox', inboxEvents)

/** What belongs to nobody here is shown to admins. */
function isSeen(ctx: Reader): SQL | undefined {
  const seen = visibleTo(ctx, SPACED)
  return isGatewayAdmin(ctx) ? or(seen, isNull(inboxEvents.spaceId)) : seen
}

interface ListQuery {
  readonly state?: InboxRow['state'] | undefined
  readonly source?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** Newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function listEvents(ctx: Reader, { state, source, ...page }: ListQuery) {
  const isWanted = and(
    state && eq(inboxEvents.state, state),
    source === undefined ? undefined : eq(inboxEvents.source, source),
  )
  const besides = isGatewayAdmin(ctx) ? isNull(inboxEvents.spaceId) : undefined
  return await readNewest(ctx, inboxEvents, { space: inboxEvents.spaceId, isWanted, besides, ...page })
}

/** @throws AppError `not_found` */
export async function getEvent(ctx: Reader, id: string): Promise<InboxRow> {
  const [row] = await ctx.db
    .select()
    .from(inboxEvents)
    .where(and(eq(inboxEvents.id, id), isSeen(ctx)))
  if (row === undefined) throw notFound('event', id)
  return row
}

/**
 * An event that no worker takes and no other call changes until this transaction ends.
 * @throws AppError `not_found`, or `forbidden` for a caller who may only read it
 */
async function lockEvent(ctx: Reader, id: string): Promise<InboxRow> {
  const columns = { row: inboxEvents, isEditable: sql<boolean | null>`${editableBy(ctx, SPACED)}` }
  const isIt = and(eq(inboxEvents.id, id), isSeen(ctx))
  const [found] = await lockSeen(() => ctx.db.select(columns).from(inboxEvents).where(isIt), 'update')
  if (found === undefined) throw notFound('event', id)
  const { row, isEditable } = found
  if (row.spaceId !== null && !isEditable) throw mayOnlyRead(`event ${id}`)
  return row
}

/** Another call under the key of these calls would get the same error again. */
const SPENT_KEYS: readonly ErrorCode[] = ['outcome_unknown', 'idempotency_mismatch']

export interface Changed {
  readonly row: InboxRow
  readonly changed: boolean
}

/**
 * Makes an event due that was given up or discarded.
 * @throws AppError `not_found`, `forbidden`, `conflict`
 */
export async function retryEvent(ctx: Writer, id: string): Promise<Changed> {
  const row = await lockEvent(ctx, id)
  if (row.state === 'received' || row.state === 'running') return { row, changed: false }
  if (row.state === 'done') {
    throw new AppError('conflict', `The event ${id} is done: handling it again could repeat its effect.`, {
      fix: `Call ${row.operation ?? 'an operation'} yourself if that is what you want.`,
    })
  }
  if (row.ownerId === null) {
    throw new AppError('conflict', `The event ${id} belongs to nobody here, so it cannot be handled.`, {
      fix: 'Connect the account that it is about, and let the service report it again.',
    })
  }
  assertMayCall(ctx, row)
  const isSpent = row.error !== null && SPENT_KEYS.includes(row.error.code)
  const set = {
    state: 'received' as const,
    attempts: 0,
    round: row.round + (isSpent ? 1 : 0),
    nextAt: ctx.now,
    endedAt: null,
    // A mapping may have been corrected meanwhile.
    ...(row.source.startsWith(`${OWN_HOOKS}/`) && { input: null }),
  }
  return { row: await change(ctx, row, set), changed: true }
}

/** A caller who has a call made needs its scope. @throws AppError `forbidden` */
function assertMayCall({ actor, operations }: Writer, { operation: name }: InboxRow): void {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined || grants(actor.scopes, operation.scope)) return
  throw new AppError('forbidden', `Handling it calls ${name}, which needs ${operation.scope}.`, {
    fix: `Use a key with the scope ${operation.scope}.`,
  })
}

/** Gives up an event that is not done. @throws AppError `not_found`, `forbidden`, `conflict` */
export async function discardEvent(ctx: Writer, id: string): Promise<Changed> {
  const row = await lockEvent(ctx, id)
  if (row.state === 'discarded') return { row, changed: false }
  if (row.state === 'done') {
    throw new AppError('conflict', `The event ${id} is done, so it can no longer be discarded.`, {
      fix: 'Undo what it did with the operations of that area.',
    })
  }
  return { row: await change(ctx, row, { state: 'discarded', endedAt: ctx.now }), changed: true }
}

/**
 * Makes an event due again that was handled without an effect, because its author was not known yet. It is called under
 * a key of its own.
 */
export async function reopenEvent(
  { db, now, changed }: Pick<Context, 'db' | 'now' | 'changed'>,
  id: string,
): Promise<void> {
  const isDone = and(eq(inboxEvents.id, id), eq(inboxEvents.state, 'done'))
  const due = { state: 'received' as const, attempts: 0, result: null, nextAt: now, endedAt: null }
  await db
    .update(inboxEvents)
    .set({ ...due, round: sql`${inboxEvents.round} + 1` })
    .where(isDone)
  changed(inboxUri(id), '')
}

async function change(ctx: Writer, row: InboxRow, set: Partial<InboxRow>): Promise<InboxRow> {
  await ctx.db.update(inboxEvents).set(set).where(eq(inboxEvents.id, row.id))
  ctx.changed(inboxUri(row.id), row.spaceId ?? undefined)
  return { ...row, ...set }
}
