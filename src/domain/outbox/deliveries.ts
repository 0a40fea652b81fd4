/** Deliveries as their owners see them, and those that are made again. */
import { and, desc, eq, gt, inArray, lt, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { OUTBOX_SPACE, OUTBOX_URI } from '../../core/operation/event.ts'
import { idOf, idsIn } from '../../core/operation/ids.ts'
import { decodeCursor, toPage } from '../../core/schema/page.ts'
import { counted } from '../../core/text/counts.ts'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { LOCK_IN_ORDER, type OutboxRow, outbox, WEBHOOK } from './tables.ts'

const EventId = idOf('event')

/** What an owner tells deliveries apart by: `waiting` ones include those under way. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const
type DeliveryState = (typeof DELIVERY_STATES)[number]

export const WebhookDelivery = z.object({
  eventId: z.string().describe('The webhook-id of its requests'),
  event: z.string(),
  about: z.string().describe('URI of the thing: task://...'),
  data: z.unknown().describe('null where you no longer see what it is about'),
  happenedAt: z.string(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  nextAt: z.string().nullable().describe('When it is tried next'),
  lastAt: z.string().nullable(),
  lastStatus: z.int().nullable().describe('HTTP status of the last attempt; null: no answer'),
  lastError: z.string().nullable(),
})
export type WebhookDelivery = z.output<typeof WebhookDelivery>

/** The deliveries as the reader may see them now: without what was said of things that are out of the reader's sight. */
export async function toDeliveries(
  ctx: Pick<Context, 'db' | 'actor' | 'shown'>,
  rows: readonly OutboxRow[],
): Promise<WebhookDelivery[]> {
  const hidden = await ctx.shown.findHidden(ctx.db, ctx, rows.map(({ thing }) => thing).join('\n'))
  return rows.map((row) => {
    const isHidden = idsIn(row.thing).some((id) => hidden.has(id))
    return toDelivery(isHidden ? { ...row, payload: null } : row)
  })
}

export function toDelivery(row: OutboxRow): WebhookDelivery {
  const { eventId, event, thing, payload, attempts, lastStatus, lastError } = row
  const isOpen = row.state === 'waiting' || row.state === 'sending'
  return {
    ...{ eventId, event, about: thing, data: payload, attempts, lastStatus, lastError },
    happenedAt: row.happenedAt.toISOString(),
    state: row.state === 'sending' ? 'waiting' : row.state,
    nextAt: isOpen ? row.nextAt.toISOString() : null,
    lastAt: row.lastAt?.toISOString() ?? null,
  }
}

export function deliveryLine(delivery: WebhookDelivery): string {
  const { eventId, event, about, state, attempts, nextAt, lastStatus, lastError } = delivery
  const last = lastError ?? (lastStatus === null ? undefined : `status ${lastStatus}`)
  const next = nextAt === null ? '' : `, next ${nextAt}`
  return `${eventId} ${event} of ${about}: ${state} after ${counted(attempts, 'attempt')}${next}${last === undefined ? '' : ` (${last})`}`
}

interface Query {
  readonly state?: DeliveryState | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const NEWEST = 'newest'

/**
 * The deliveries of these receivers, newest first. The caller checks who may see them.
 * @throws AppError `invalid_input` for a cursor of another list
 */
export async function listDeliveries(db: Db, receivers: readonly string[], { state, limit, cursor }: Query) {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, NEWEST, z.tuple([z.int()]))[0]
  const rows = await db
    .select()
    .from(outbox)
    .where(
      and(
        inArray(outbox.receiverId, [...receivers]),
        state && inArray(outbox.state, state === 'waiting' ? ['waiting', 'sending'] : [state]),
        after === undefined ? undefined : lt(outbox.position, after),
      ),
    )
    .orderBy(desc(outbox.position))
    .limit(limit + 1)
  return toPage(rows, limit, ({ position }) => ({ sort: NEWEST, after: [position] }))
}

/** The most deliveries that one call makes again. */
export const REDELIVER_MAX = 1000
/** The most deliveries that one call names. */
const NAMED_MAX = 100

/** Those that a call names to be made again. */
export const namedDeliveries = z
  .array(EventId)
  .min(1)
  .max(NAMED_MAX)
  .optional()
  .describe('Default: those given up')

/**
 * Makes ended deliveries again, under their ids: those of these events or, by default, the oldest that were given up.
 * Answers with how many.
 */
export async function redeliver(
  { db, now, changed }: Pick<Context, 'db' | 'now' | 'changed'>,
  receivers: readonly string[],
  eventIds: readonly string[] | undefined,
): Promise<number> {
  const isAsked =
    eventIds === undefined
      ? eq(outbox.state, 'dead')
      : and(inArray(outbox.eventId, [...eventIds]), inArray(outbox.state, ['dead', 'delivered']))
  const isTheirs = inArray(outbox.receiverId, [...receivers])
  const asked = db
    .select({ id: outbox.eventId })
    .from(outbox)
    .where(and(isTheirs, isAsked))
    .orderBy(outbox.position)
    .limit(REDELIVER_MAX)
  const again = await db
    .update(outbox)
    .set({ state: 'waiting', triedBefore: sql`${outbox.attempts}`, nextAt: now, endedAt: null })
    .where(and(isTheirs, inArray(outbox.eventId, asked)))
    .returning({ id: outbox.eventId })
  if (again.length > 0) changed(OUTBOX_URI, OUTBOX_SPACE)
  return again.length
}

export async function forgetDeliveries(db: Db, receiverId: string): Promise<void> {
  await db.execute(sql`
    with forgotten as materialized (select o.event_id from ${outbox} as o
      where o.receiver_id = ${receiverId} ${LOCK_IN_ORDER})
    delete from ${outbox} as o using forgotten where o.receiver_id = ${receiverId} and o.event_id = forgotten.event_id`)
}

export interface DeadLetters {
  readonly channel: string
  readonly count: number
  /** Why one of them was given up. */
  readonly lastError: string | null
}

/** What channels have given up since then. Webhooks are left out: their owners are told when they fail for too long. */
export async function countDeadLetters(db: Db, since: Date): Promise<DeadLetters[]> {
  return await db
    .select({
      channel: outbox.channel,
      count: sql<number>`count(*)::int`,
      lastError: sql<string | null>`max(${outbox.lastError})`,
    })
    .from(outbox)
    .where(and(eq(outbox.state, 'dead'), gt(outbox.endedAt, since), ne(outbox.channel, WEBHOOK)))
    .groupBy(outbox.channel)
    .orderBy(outbox.channel)
}

/** Days for which a delivery is kept after its end: one that was given up waits for its owner to ask for it. */
export const KEPT_DAYS = { delivered: 7, dead: 30 } as const
const DAY_MS = 24 * 60 * 60 * 1000

export async function deleteOldDeliveries(db: Db, now: Date): Promise<number> {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS)
  const isPast = sql`(state = 'delivered' and ended_at < ${before(KEPT_DAYS.delivered)})
    or (state = 'dead' and ended_at < ${before(KEPT_DAYS.dead)})`
  return await deleteInBatches(db, outbox, isPast)
}
