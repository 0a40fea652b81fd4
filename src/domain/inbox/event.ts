/** An event in the inbox, as its owner may see it. */
import { z } from 'zod'
import { ERROR_CODES } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { idOf } from '../../core/operation/ids.ts'
import { counted } from '../../core/text/counts.ts'
import { cutSayingRest } from '../../core/text/cut.ts'
import { withheldInput } from '../access/shown-input.ts'
import { INBOX_STATES, type inboxEvents } from './tables.ts'

export const InboxEventId = idOf('inbox')
export type InboxRow = typeof inboxEvents.$inferSelect

/** The most characters of a payload that are shown. */
const PAYLOAD_SHOWN_CHARS = 4_000

const Failure = z.object({ code: z.enum(ERROR_CODES), message: z.string(), fix: z.string().nullable() })

export const InboxEvent = z.object({
  id: z.string(),
  source: z.string().describe('The path of the hook, below /hooks/; or slack'),
  serviceEventId: z.string(),
  type: z.string().nullable().describe('The kind of event, as the service names it'),
  owner: z.string().nullable().describe('The person or team that it belongs to; null: nobody here'),
  operation: z.string().nullable().describe('What is called to handle it; null: it is a message to answer'),
  state: z.enum(INBOX_STATES).describe('failed: no further attempt is made by itself'),
  attempts: z.int(),
  nextAttemptAt: z.string().nullable(),
  result: z.string().nullable().describe('The outcome, in words'),
  error: Failure.nullable().describe('Why the last attempt failed'),
  receivedAt: z.string(),
  endedAt: z.string().nullable(),
})
export type InboxEvent = z.output<typeof InboxEvent>

type Reader = Pick<Context, 'actor' | 'operations'>

/** The event for this reader: without the answer of an operation whose things they may not read. */
export function toInboxEvent(row: InboxRow, reader: Reader): InboxEvent {
  const { id, source, type, operation, state, attempts, error } = row
  return {
    id,
    source,
    serviceEventId: row.eventId,
    type,
    owner: row.ownerId,
    operation,
    state,
    attempts,
    nextAttemptAt: state === 'received' ? row.nextAt.toISOString() : null,
    result: row.result && ((operation && withheldInput(reader, operation)) ?? row.result),
    error: error && { code: error.code, message: error.message, fix: error.fix ?? null },
    receivedAt: row.receivedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

/** The beginning of what the service sent. What a person wrote is shown to nobody here. */
export function shownPayload({ body, operation }: InboxRow): string {
  if (operation === null) return 'Not shown: it holds what a person wrote.'
  return cutSayingRest(body, PAYLOAD_SHOWN_CHARS, (left) => `… (${counted(left, 'character')} more)`)
}

export function inboxLine({ id, source, type, operation, state, result, error }: InboxEvent): string {
  const what = type === null ? source : `${source} ${type}`
  const outcome = error === null ? (result === null ? '' : `: ${result}`) : `: ${error.message}`
  return `${id} ${what}${operation === null ? '' : ` → ${operation}`}, ${state}${outcome}`
}

const SCHEME = 'inbox://'

export function inboxUri(id: string): string {
  return `${SCHEME}${id}`
}

/** What all URIs of events begin with. */
export const INBOX_URIS = SCHEME
