/** Records how attempts ended. A sender that has lost its lease records nothing. */
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Recorded } from '../../core/call/ledger.ts'
import type { Context } from '../../core/operation/context.ts'
import { cutText } from '../../core/text/cut.ts'
import type { Db } from '../db/db.ts'
import { webhooks } from '../webhooks/tables.ts'
import { disableWebhook } from './disable-webhook.ts'
import { hasFailedTooLong, nextTry } from './pauses.ts'
import { LOCK_IN_ORDER, type OutboxRow, outbox } from './tables.ts'
import type { WebhookDelivery } from './take-due.ts'

/** Characters that are kept of what is wrong with an attempt. */
const ERROR_MAX_CHARS = 300

export interface Attempted {
  readonly now: Date
  readonly tookMs: number
  readonly status: number | null
}

export interface Failed extends Attempted {
  readonly error: string
  /** How long the receiver asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined
}

export interface Delivered extends Attempted {
  readonly delivery: WebhookDelivery
}

/**
 * Receivers have these events: all are recorded in one statement. A webhook that failed before one of them no longer
 * fails, also where the failure was recorded after the delivery had been taken.
 */
export async function settleDelivered(db: Db, delivered: readonly Delivered[]): Promise<void> {
  const ended = delivered.map(({ delivery: { row }, now, tookMs, status }) => ({
    ...{ receiver_id: row.receiverId, event_id: row.eventId, attempts: row.attempts },
    ...{ status, took_ms: tookMs, ended_at: now },
  }))
  await db.execute(sql`
    with ended as materialized (select given.* from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) as given
        (receiver_id text, event_id text, attempts int, status int, took_ms bigint, ended_at timestamptz)
      join ${outbox} as o using (receiver_id, event_id, attempts)
      where o.state = 'sending' ${LOCK_IN_ORDER}),
    recovered as (update ${webhooks} as w set failing_since = null from ended
      where w.id = ended.receiver_id and w.failing_since <= ended.ended_at)
    update ${outbox} as o set state = 'delivered', ended_at = ended.ended_at, last_status = ended.status,
      last_ms = ended.took_ms, last_error = null, lease_until = null
    from ended where o.receiver_id = ended.receiver_id and o.event_id = ended.event_id`)
}

/** A webhook that a failure has disabled, with those who were told; undefined: it goes on. */
export type Disabled = { readonly reason: 'failing' | 'gone'; readonly told: Recorded } | undefined

/** The attempt failed: it is made again after a pause, or given up. `isGone`: by the receiver's own words. */
export async function settleFailed(
  writer: SettlingWriter,
  { row, webhook }: WebhookDelivery,
  { isGone, ...failed }: Failed & { readonly isGone: boolean },
): Promise<Disabled> {
  const { db } = writer
  const { now } = failed
  const isRecorded = await recordFailed(db, row, { ...failed, isFinal: webhook.state !== 'active' })
  if (!isRecorded || webhook.state !== 'active') return undefined
  const since = webhook.failingSince ?? now
  await db
    .update(webhooks)
    .set({ failingSince: since })
    .where(and(eq(webhooks.id, webhook.id), isNull(webhooks.failingSince)))
  const reason = isGone ? 'gone' : hasFailedTooLong(since, now) ? 'failing' : undefined
  if (reason === undefined) return undefined
  // Not one that was disabled, deleted or changed meanwhile: a new address begins without failures.
  const { id, url } = webhook
  const isAsItWas = and(eq(webhooks.id, id), eq(webhooks.url, url), eq(webhooks.state, 'active'))
  const told = await disableWebhook({ ...writer, now }, isAsItWas, { reason })
  if (told === undefined) return undefined
  await giveUpAll(db, id, now)
  return { reason, told }
}

type SettlingWriter = Pick<Context, 'db' | 'newId'>

/** A channel has taken the bundle. `unsentBecause`: there was nothing that it could send. */
export async function settleSent(
  db: Db,
  row: OutboxRow,
  { unsentBecause, ...attempted }: Attempted & { readonly unsentBecause?: string | undefined },
): Promise<void> {
  await record(db, row, {
    ...outcomeOf(attempted),
    state: 'delivered',
    endedAt: attempted.now,
    lastError: unsentBecause ?? null,
  })
}

/** A channel has not taken the bundle. `isFinal`: it never will. */
export async function settleUnsent(db: Db, row: OutboxRow, failed: Final): Promise<void> {
  await recordFailed(db, row, failed)
}

interface Final extends Failed {
  readonly isFinal: boolean
  /** Milliseconds after each failed attempt; default: those for webhooks and mails. */
  readonly pausesMs?: readonly number[] | undefined
}

/** Nothing was done, because the receiver wants to be left alone for a while: it counts as no attempt. */
export async function settleLater(
  db: Db,
  row: OutboxRow,
  { now, error, afterMs, ...attempted }: Attempted & { readonly error: string; readonly afterMs: number },
): Promise<void> {
  const nextAt = new Date(now.getTime() + afterMs)
  const next = { state: 'waiting', nextAt, triedBefore: row.triedBefore + 1 } as const
  await record(db, row, { ...outcomeOf({ now, ...attempted }), ...next, lastError: error })
}

async function recordFailed(db: Db, row: OutboxRow, failed: Final): Promise<boolean> {
  const { now, error, isFinal } = failed
  const again = isFinal ? undefined : nextTry(row.attempts - row.triedBefore, failed)
  const next =
    again === undefined
      ? ({ state: 'dead', endedAt: now } as const)
      : ({ state: 'waiting', nextAt: again } as const)
  const lastError = cutText(error, ERROR_MAX_CHARS)
  return await record(db, row, { ...outcomeOf(failed), ...next, lastError })
}

function outcomeOf({ status, tookMs }: Attempted) {
  return { lastStatus: status, lastMs: tookMs, leaseUntil: null }
}

async function record(db: Db, row: OutboxRow, changes: Partial<OutboxRow>): Promise<boolean> {
  const isMine = and(
    eq(outbox.receiverId, row.receiverId),
    eq(outbox.eventId, row.eventId),
    eq(outbox.state, 'sending'),
    eq(outbox.attempts, row.attempts),
  )
  const recorded = await db.update(outbox).set(changes).where(isMine).returning({ id: outbox.eventId })
  return recorded.length > 0
}

/** Gives up all open deliveries of a webhook that was disabled; they can be asked for again. */
export async function giveUpAll(db: Db, receiverId: string, now: Date): Promise<void> {
  await db.execute(sql`
    with open as materialized (select o.event_id from ${outbox} as o
      where o.receiver_id = ${receiverId} and o.state in ('waiting', 'sending') ${LOCK_IN_ORDER})
    update ${outbox} as o set state = 'dead', ended_at = ${now}, lease_until = null,
      last_error = coalesce(o.last_error, 'the webhook was disabled')
    from open where o.receiver_id = ${receiverId} and o.event_id = open.event_id`)
}
