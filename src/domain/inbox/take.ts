/** Takes events that are due, each for one worker, and stores how the attempt ended. */
import { and, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import { type AppError, ERROR_KINDS, errorBody } from '../../core/errors.ts'
import { backoff } from '../../core/retry.ts'
import type { Db } from '../db/db.ts'
import { readRows } from '../db/read-rows.ts'
import type { InboxRow } from './event.ts'
import { inboxEvents } from './tables.ts'

/** Milliseconds after which a worker counts as lost that has not renewed its claim of an event. */
const CLAIM_MS = 15_000

/** Attempts in all, over several hours. */
const ATTEMPTS_MAX = 14
/** The same for an event without an operation, which a person waits for: over about two minutes. */
const WAITED_FOR_ATTEMPTS_MAX = 5
/** Milliseconds before the second attempt, doubled for each further one up to the most. */
const FIRST_PAUSE_MS = 5_000
const PAUSE_MAX_MS = 4 * 60 * 60 * 1000
/** Milliseconds since an event arrived in which waits that a service asks for count as no attempts. */
const WAITS_MAX_MS = 30 * 60 * 1000
const growingPauseMs = backoff({ firstMs: FIRST_PAUSE_MS, maxMs: PAUSE_MAX_MS })

/** Events of one owner that are looked at: other workers may be about to take the first ones. */
const LOOKED_AT = 16

/**
 * The next event of the owner of whose events the fewest are being handled, which no other of its key is handled beside.
 * Undefined: nothing is due.
 */
export async function takeDue(db: Db, now: Date): Promise<InboxRow | undefined> {
  for (;;) {
    const event = await takeNext(db, now)
    if (event === undefined || !(await isBesideAnother(db, event, now))) return event
    // Two processes may take two events of a key at one moment, of which neither sees the other. Who sees it gives way.
    await giveBack(db, event, now)
  }
}

/**
 * The next event of the owner of whose events the fewest are being handled, and of such owners the event that has been
 * due for longest. An event that an earlier one of its key holds back is left out, as is one while another of its key is
 * handled, unless the worker of that one was lost.
 */
async function takeNext(db: Db, now: Date): Promise<InboxRow | undefined> {
  const isOpen = (alias: string) => sql.raw(`${alias}.state in ('received', 'running')`)
  const at = sql`${now.toISOString()}::timestamptz`
  const [row] = await readRows(
    db,
    inboxEvents,
    sql`with recursive owner (id) as (
        (select owner_id from ${inboxEvents} as e where ${isOpen('e')} order by owner_id limit 1)
        union all
        select next.owner_id from owner cross join lateral (select owner_id from ${inboxEvents} as e
          where ${isOpen('e')} and owner_id > owner.id order by owner_id limit 1) as next
      ), due as materialized (
        select head.*, head.place + (select count(*) from ${inboxEvents} as r where r.owner_id = owner.id
          and r.state = 'running' and r.next_at > ${at}) as turn
        from owner cross join lateral (
          select due.id, due.next_at, due.position, row_number() over (order by due.next_at, due.position) as place
          from ${inboxEvents} due where due.owner_id = owner.id and ${isOpen('due')} and due.next_at <= ${at}
            and (due.order_key is null or not exists (
              select 1 from ${inboxEvents} other where ${isOpen('other')}
                and other.order_key = due.order_key and other.id <> due.id
                and ((other.order_at, other.position) < (due.order_at, due.position)
                  or (other.state = 'running' and other.next_at > ${at}))))
          order by due.next_at, due.position limit ${LOOKED_AT}) as head
      ), picked as materialized (
        select e.id from due join ${inboxEvents} as e using (id) where ${isOpen('e')} and e.next_at <= ${at}
        order by due.turn, due.next_at, due.position limit 1 for update of e skip locked
      )
      update ${inboxEvents} set state = 'running', attempts = attempts + 1,
        next_at = ${claimedUntil(now).toISOString()}::timestamptz
      where id in (select id from picked) returning *`,
  )
  return row
}

async function isBesideAnother(db: Db, { id, orderKey }: InboxRow, now: Date): Promise<boolean> {
  if (orderKey === null) return false
  const isHandled = and(eq(inboxEvents.state, 'running'), gt(inboxEvents.nextAt, now))
  const [other] = await db
    .select({ id: inboxEvents.id })
    .from(inboxEvents)
    .where(and(eq(inboxEvents.orderKey, orderKey), ne(inboxEvents.id, id), isHandled))
    .limit(1)
  return other !== undefined
}

async function giveBack(db: Db, { id, attempts }: InboxRow, now: Date): Promise<void> {
  const set = { state: 'received', attempts: attempts - 1, nextAt: now } as const
  await db.update(inboxEvents).set(set).where(isAttempt(id, attempts))
}

/** Ends every claim. For a store that only one process can open, when it opens it: a worker that held one is dead. */
export async function dropClaims(db: Db, now: Date): Promise<void> {
  await db.update(inboxEvents).set({ nextAt: now }).where(eq(inboxEvents.state, 'running'))
}

/** Whether the event is still with this worker; it then stays there for as long as a new claim. */
export async function renewClaim(db: Db, { id, attempts }: InboxRow, now: Date): Promise<boolean> {
  const renewed = await db
    .update(inboxEvents)
    .set({ nextAt: claimedUntil(now) })
    .where(isAttempt(id, attempts))
    .returning({ id: inboxEvents.id })
  return renewed.length > 0
}

function claimedUntil(now: Date): Date {
  return new Date(now.getTime() + CLAIM_MS)
}

/** Whether the attempt may go on; it then stays so until this transaction ends. */
export async function isStillTaken(db: Db, { id, attempts }: InboxRow): Promise<boolean> {
  const [row] = await db
    .select({ id: inboxEvents.id })
    .from(inboxEvents)
    .where(isAttempt(id, attempts))
    .for('update')
  return row !== undefined
}

/** Keeps the call that a mapping made, so that every attempt makes the same call. */
export async function keepCall(
  db: Db,
  { id, attempts }: InboxRow,
  call: Pick<InboxRow, 'operation' | 'input'>,
): Promise<void> {
  await db.update(inboxEvents).set(call).where(isAttempt(id, attempts))
}

/** The event has had its effect, whichever attempt stores that. */
export async function settleDone(db: Db, { id }: InboxRow, done: { result: string | null; now: Date }) {
  const set = { state: 'done', result: done.result, error: null, endedAt: done.now } as const
  const isOpen = inArray(inboxEvents.state, ['received', 'running'])
  await db
    .update(inboxEvents)
    .set(set)
    .where(and(eq(inboxEvents.id, id), isOpen))
}

/**
 * Plans the next attempt, or gives the event up where another would fail as well. Answers whether this attempt gave it
 * up. An attempt that a service has put off counts as none, and waits for as long as the service says.
 */
export async function settleFailed(
  db: Db,
  event: InboxRow,
  { error, now }: { readonly error: AppError; readonly now: Date },
): Promise<boolean> {
  const { id, attempts } = event
  if (isPutOff(event, error, now)) {
    const nextAt = new Date(now.getTime() + (error.retryAfterMs ?? 0))
    const putOff = { state: 'received', nextAt, attempts: attempts - 1, error: errorBody(error) } as const
    await db.update(inboxEvents).set(putOff).where(isAttempt(id, attempts))
    return false
  }
  const mayPass = ERROR_KINDS[error.code].retry === 'later' || error.code === 'internal'
  const pauseMs = Math.max(growingPauseMs(attempts), Math.min(error.retryAfterMs ?? 0, PAUSE_MAX_MS))
  const nextAt = new Date(now.getTime() + pauseMs)
  const isGivenUp = !mayPass || isLastAttempt(event)
  const set = isGivenUp
    ? ({ state: 'failed', endedAt: now } as const)
    : ({ state: 'received', nextAt } as const)
  const settled = await db
    .update(inboxEvents)
    .set({ ...set, error: errorBody(error) })
    .where(isAttempt(id, attempts))
    .returning({ id: inboxEvents.id })
  return isGivenUp && settled.length > 0
}

/** A service that never takes a call again must not keep an event for ever, and with it those that come after it. */
function isPutOff({ receivedAt }: InboxRow, { code, retryAfterMs }: AppError, now: Date): boolean {
  const isTold = code === 'rate_limited' && retryAfterMs !== undefined
  return isTold && now.getTime() + retryAfterMs - receivedAt.getTime() < WAITS_MAX_MS
}

function attemptsMax({ operation }: InboxRow): number {
  return operation === null ? WAITED_FOR_ATTEMPTS_MAX : ATTEMPTS_MAX
}

export function isLastAttempt(event: InboxRow): boolean {
  return event.attempts >= attemptsMax(event)
}

/** Whether workers were lost at each attempt, so that another would only lose one more. */
export function isExhausted(event: InboxRow): boolean {
  return event.attempts > attemptsMax(event)
}

function isAttempt(id: string, attempts: number) {
  return and(eq(inboxEvents.id, id), eq(inboxEvents.attempts, attempts), eq(inboxEvents.state, 'running'))
}
