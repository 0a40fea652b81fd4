/** What a bundle tells at the moment when it is sent: what its person may still read, has not read, and can still do. */
import { sql } from 'drizzle-orm'
import type { Message } from '../../../core/area/message.ts'
import type { Resources } from '../../../core/operation/context.ts'
import { scopesOfRole } from '../../access/authority.ts'
import { rowReader } from '../../db/read-rows.ts'
import type { OutboxRow } from '../../outbox/tables.ts'
import type { Bundle, Note } from '../channel.ts'
import { detailsFor, toDetails } from '../details.ts'
import { readRecipient } from '../recipient.ts'
import { isUnread, readableBy, seenBy, viewerOf } from '../seen.ts'
import { notifications } from '../tables.ts'
import { BundleOfPerson } from './bundle-payload.ts'

/** Undefined: there is nothing left to tell. */
export async function readBundle(resources: Resources, row: OutboxRow): Promise<Bundle | undefined> {
  const { db, messages } = resources
  const { personId, ids } = BundleOfPerson.parse(row.payload)
  const { role, timeZone, isGone } = await readRecipient(resources, personId)
  if (isGone) return undefined
  const viewer = viewerOf(personId, role && scopesOfRole(role))
  const readable = readableBy(viewer, messages)
  const records = await db.execute<Record<string, unknown>>(sql`
    select n.*, ${detailsFor(viewer, readable)} as details from ${notifications} as n
    where n.person_id = ${personId} and n.id = any(string_to_array(${ids.join(',')}, ','))
      and ${isUnread(readable)} and ${seenBy(viewer, readable)} order by n.id`)
  const notes = records.flatMap((record) => noteOf(readable, record) ?? [])
  if (notes.length === 0) return undefined
  return { id: row.eventId, madeAt: row.happenedAt, personId, timeZone, notes }
}

const readRow = rowReader(notifications)

function noteOf(messages: readonly Message[], record: Readonly<Record<string, unknown>>): Note | undefined {
  const { id, event, thing, payload, happenedAt } = readRow(record)
  const message = messages.find(({ name }) => name === event)
  if (message === undefined) return undefined
  // Payloads are only written as objects.
  const told = { payload: payload as Note['payload'], details: toDetails(record.details) }
  return { id, message, ...told, about: thing, at: happenedAt }
}
