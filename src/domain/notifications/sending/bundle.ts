/** What a bundle tells at the moment when it is sent: what its person may still read, has not read, and can still do. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Message } from '../../../core/area/message.ts'
import type { Resources } from '../../../core/operation/context.ts'
import { people } from '../../access/tables.ts'
import { readRows } from '../../db/read-rows.ts'
import type { OutboxRow } from '../../outbox/tables.ts'
import type { Bundle, Note } from '../channel.ts'
import { isUnread, seenBy, viewerOf } from '../seen.ts'
import { notifications } from '../tables.ts'

const ToPerson = z.object({ personId: z.string(), ids: z.array(z.string()) })

/** Undefined: there is nothing left to tell. */
export async function readBundle(resources: Resources, row: OutboxRow): Promise<Bundle | undefined> {
  const { db, messages, defaultTimeZone } = resources
  const { personId, ids } = ToPerson.parse(row.payload)
  const [person] = await db.select().from(people).where(sql`${people.id} = ${personId}`)
  if (person !== undefined && person.deactivatedAt !== null) return undefined
  const rows = await readRows(
    db,
    notifications,
    sql`select * from ${notifications} as n
      where n.person_id = ${personId} and n.id = any(string_to_array(${ids.join(',')}, ','))
        and ${isUnread(messages)} and ${seenBy(viewerOf(personId), messages)} order by n.id`,
  )
  const notes = rows.flatMap((each) => noteOf(messages, each) ?? [])
  if (notes.length === 0) return undefined
  const timeZone = person?.timeZone ?? defaultTimeZone
  return { id: row.eventId, madeAt: row.happenedAt, personId, timeZone, notes }
}

interface Told {
  readonly id: string
  readonly event: string
  readonly thing: string
  readonly payload: unknown
  readonly happenedAt: Date
}

function noteOf(messages: readonly Message[], told: Told): Note | undefined {
  const message = messages.find(({ name }) => name === told.event)
  if (message === undefined) return undefined
  const { id, thing, happenedAt } = told
  // Payloads are only written as objects.
  const payload = told.payload as Note['payload']
  return { id, message, payload, about: thing, at: happenedAt }
}
