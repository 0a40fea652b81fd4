/** Stores what a service reported. Once it is stored it is answered, and a second report has no effect. */
import { createHash } from 'node:crypto'
import type { Runtime } from '../../core/call/runtime.ts'
import type { AppError } from '../../core/errors.ts'
import { errorBody } from '../../core/errors.ts'
import { isStorable } from '../../core/text/storable.ts'
import { type InboxRow, inboxUri } from './event.ts'
import { inboxEvents } from './tables.ts'

/** An event as it arrived. */
export interface Arrival
  extends Pick<
    InboxRow,
    'source' | 'eventId' | 'type' | 'ownerId' | 'operation' | 'input' | 'body' | 'orderKey'
  > {
  /** Why it can never be handled. */
  readonly fault?: AppError | undefined
}

/** How many events were new, and how many had been reported before. */
export interface Received {
  readonly stored: number
  readonly known: number
}

type Parts = Pick<Runtime, 'resources' | 'publish' | 'newId' | 'now'>

/** Stores all of the events or, on an error, none of them. */
export async function storeArrivals(parts: Parts, arrivals: readonly Arrival[]): Promise<Received> {
  if (arrivals.length === 0) return { stored: 0, known: 0 }
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

function rowOf({ fault, ...arrival }: Arrival, id: string, now: Date) {
  return {
    ...arrival,
    id,
    eventId: keptId(arrival.eventId),
    type: arrival.type === null ? null : keptType(arrival.type),
    // Everything of a person or a team is in the space of that name.
    spaceId: arrival.ownerId,
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
