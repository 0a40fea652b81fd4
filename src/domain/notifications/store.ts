/** The notifications of the caller, as far as the caller may still see what they are about. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Message } from '../../core/area/message.ts'
import { notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { NOTIFICATIONS_URI } from '../../core/operation/event.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { readRows, rowReader } from '../db/read-rows.ts'
import type { Note } from './channel.ts'
import { detailsFor, toDetails } from './details.ts'
import { type StoredNotification, toNotification } from './notification.ts'
import { isUnread, readableBy, seenBy } from './seen.ts'
import { notifications } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor' | 'messages'>

interface Query {
  readonly unread?: boolean | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const NEWEST = 'newest'
const readRow = rowReader(notifications)

/** Newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function listNotifications(
  ctx: Reader,
  { unread, limit, cursor }: Query,
): Promise<{ items: StoredNotification[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, NEWEST, z.tuple([sortText]))[0]
  const messages = readableBy(ctx, ctx.messages)
  const records = await ctx.db.execute<Record<string, unknown>>(sql`
    select n.*, ${isUnread(messages)} as is_unread, ${detailsFor(ctx, messages)} as details
    from ${notifications} as n
    where ${isListed(ctx, messages)} ${unread === undefined ? sql`` : isAs(messages, unread)}
      ${after === undefined ? sql`` : sql`and n.id < ${after}`}
    order by n.id desc limit ${limit + 1}`)
  const { items, nextCursor } = toPage([...records], limit, ({ id }) => ({
    sort: NEWEST,
    after: [String(id)],
  }))
  const named = new Map(messages.map((message) => [message.name, message]))
  return {
    items: items.flatMap((record) => {
      const row = readRow(record)
      const message = named.get(row.event)
      const told = { isUnread: record.is_unread === true, details: toDetails(record.details) }
      return message === undefined ? [] : [toNotification(message, { ...row, ...told })]
    }),
    nextCursor,
  }
}

function isAs(messages: readonly Message[], unread: boolean): SQL {
  return unread ? sql`and ${isUnread(messages)}` : sql`and not ${isUnread(messages)}`
}

export async function countUnread(ctx: Reader): Promise<number> {
  const messages = readableBy(ctx, ctx.messages)
  const [found] = await ctx.db.execute<{ count: number }>(sql`
    select count(*)::int as count from ${notifications} as n
    where ${isListed(ctx, messages)} and ${isUnread(messages)}`)
  return found?.count ?? 0
}

function isListed(ctx: Reader, messages: readonly Message[]): SQL {
  return sql`n.person_id = ${ctx.actor.personId} and n.is_listed and ${seenBy(ctx, messages)}`
}

/** Which notifications are meant: these, or all up to one, which is the newest of them. */
export interface Meant {
  readonly ids?: readonly string[] | undefined
  readonly upTo?: string | undefined
}

/**
 * Marks notifications of the caller as read; answers with how many were not.
 * @throws AppError `not_found` for one that is not theirs: it cannot be made unread again
 */
export async function markRead(
  ctx: Reader & Pick<Context, 'now' | 'changed'>,
  { ids, upTo }: Meant,
): Promise<number> {
  await assertOwn(ctx, ids ?? [upTo ?? ''])
  const isMeant =
    ids === undefined ? sql`n.id <= ${upTo ?? ''}` : sql`n.id = any(string_to_array(${ids.join(',')}, ','))`
  const read = await ctx.db.execute(sql`
    update ${notifications} as n set read_at = ${ctx.now}
    where n.read_at is null and ${isMeant} and ${isListed(ctx, readableBy(ctx, ctx.messages))} returning 1`)
  if (read.length > 0) ctx.changed(NOTIFICATIONS_URI)
  return read.length
}

/** @throws AppError `not_found` */
async function assertOwn({ db, actor }: Reader, ids: readonly string[]): Promise<void> {
  const own = await db
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(eq(notifications.personId, actor.personId), inArray(notifications.id, [...ids])))
  const found = new Set(own.map(({ id }) => id))
  const missing = ids.find((id) => !found.has(id))
  if (missing !== undefined) throw notFound('notification', missing)
}

/**
 * What a notification of the caller tells, also one that is in no list.
 * @throws AppError `not_found`, also where the caller may no longer see what it is about
 */
export async function findNote(ctx: Reader, id: string): Promise<Pick<Note, 'message' | 'payload'>> {
  const messages = readableBy(ctx, ctx.messages)
  const [row] = await readRows(
    ctx.db,
    notifications,
    sql`select * from ${notifications} as n
      where n.person_id = ${ctx.actor.personId} and n.id = ${id} and ${seenBy(ctx, messages)}`,
  )
  const message = messages.find(({ name }) => name === row?.event)
  if (row === undefined || message === undefined) throw notFound('notification', id)
  // Payloads are only written as objects.
  return { message, payload: row.payload as Note['payload'] }
}
