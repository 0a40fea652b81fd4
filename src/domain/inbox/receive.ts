/** Stores what a service reported. Once it is stored it is answered, and a second report has no effect. */

import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, errorBody } from '../../core/errors.ts'
import { counted } from '../../core/text/counts.ts'
import { isStorable } from '../../core/text/storable.ts'
import { countedLimit, RAISE_IT, readRoom } from '../limits/counted-limit.ts'
import { type InboxRow, inboxUri } from './event.ts'
import { inboxEvents } from './tables.ts'

/** An event as it arrived. */
export interface Arrival
  extends Pick<
    InboxRow,
    'source' | 'eventId' | 'type' | 'ownerId' | 'operation' | 'input' | 'body' | 'orderKey'
  > {
  /** The time by which the service orders the events of its key; absent: they are handled as they arrive. */
  readonly orderAt?: string | undefined
  /** Why it can never be handled. */
  readonly fault?: AppError | undefined
}

/** How many events were new, and how many had been reported before. */
export interface Received {
  readonly stored: number
  readonly known: number
}

type Parts = Pick<Runtime, 'resources' | 'publish' | 'newId' | 'now'>

/** The most events of one person or team that may wait to be handled. */
const WAITING_EVENTS_PER_OWNER = 10_000
/** Milliseconds after which some of them are likely to have been handled. */
const RETRY_AFTER_MS = 60_000

export const waitingEventsLimit = countedLimit({
  name: 'waiting_events',
  unit: 'events',
  meaning: 'Events that wait to be handled',
  of: 'everyone',
  most: WAITING_EVENTS_PER_OWNER,
  counted: (owners) => sql`select owner_id, count(*) as used from ${inboxEvents}
    where owner_id in (${owners}) and state in ('received', 'running') group by 1`,
})

/**
 * Services report again what is refused.
 * @throws AppError `rate_limited`
 */
async function assertWaitingRoom({ resources }: Parts, arrivals: readonly Arrival[]): Promise<void> {
  // People's messages are never refused.
  const limited = arrivals.filter(({ operation }) => operation !== null)
  for (const ownerId of new Set(limited.flatMap((each) => each.ownerId ?? []))) {
    const { used, most } = await readRoom(resources.db, waitingEventsLimit, ownerId)
    if (used < most) continue
    throw new AppError(
      'rate_limited',
      `${ownerId} has ${counted(used, 'unhandled event')}, which is the limit.`,
      {
        fix: `Discard events that are not needed (inbox.discard), ${RAISE_IT}`,
        retryAfterMs: RETRY_AFTER_MS,
      },
    )
  }
}

/** Stores all of the events or, on an error, none of them. */
export async function storeArrivals(parts: Parts, arrivals: readonly Arrival[]): Promise<Received> {
  if (arrivals.length === 0) return { stored: 0, known: 0 }
  await assertWaitingRoom(parts, arrivals)
  const now = parts.now()
  const rows = arrivals.map((arrival) => rowOf(arrival, parts.newId('inbox'), now))
  const stored = await parts.resources.db
    .insert(inboxEvents)
    .values(rows)
    .onConflictDoNothing({ target: [inboxEvents.source, inboxEvents.eventId] })
    .returning({ id: inboxEvents.id, spaceId: inboxEvents.spaceId })
  for (const { id, spaceId } of stored) parts.publish({ uris: [inboxUri(id)], spaceId: spaceId ?? '' })
  return { stored: stored.length, known: rows.length - stored.length }
}

function rowOf({ fault, orderAt = '', ...arrival }: Arrival, id: string, now: Date) {
  return {
    ...arrival,
    id,
    orderAt,
    eventId: keptId(arrival.eventId),
    type: arrival.type === null ? null : keptType(arrival.type),
    // Everything of a person or a team is in the space of that name. Whose a message is, its handler finds out.
    spaceId: arrival.operation === null ? null : arrival.ownerId,
    state: fault === undefined ? ('received' as const) : ('failed' as const),
    attempts: 0,
    round: 0,
    nextAt: now,
    result: null,
    error: fault === undefined ? null : errorBody(fault),
    receivedAt: now,
    endedAt: fault === undefined ? null : now,
  }
}

/** The most characters of an event's id and type that are kept. */
const EVENT_ID_MAX_CHARS = 128
const TYPE_MAX_CHARS = 100

/** A long id is kept as its hash, which tells events apart as well. */
function keptId(eventId: string): string {
  if (eventId !== '' && eventId.length <= EVENT_ID_MAX_CHARS && isStorable(eventId)) return eventId
  return sha256(eventId)
}

function keptType(type: string): string | null {
  return type.length <= TYPE_MAX_CHARS && isStorable(type) ? type : null
}

/** Stands for the id of an event to which its service gives none. */
export function sha256(content: string | Uint8Array): string {
  return `sha256-${createHash('sha256').update(content).digest('base64url')}`
}
