/**
 * Hands notifications over to the channels that their people want: as bundles in the outbox, one for each person and channel,
 * and as events for webhooks. What is not urgent waits a little for more of its kind, and until quiet hours end.
 */
import { inArray, type SQL, sql } from 'drizzle-orm'
import type { Message } from '../../../core/area/message.ts'
import type { Runtime } from '../../../core/call/runtime.ts'
import type { Resources } from '../../../core/operation/context.ts'
import type { Db } from '../../db/db.ts'
import { rowReader } from '../../db/read-rows.ts'
import { hearing } from '../../outbox/hear.ts'
import { outbox } from '../../outbox/tables.ts'
import { quietUntil } from '../../time/quiet-hours.ts'
import { notificationCreated } from '../notification-events.ts'
import { type Recipient, readRecipient } from '../recipient.ts'
import { seenBy, viewerOf } from '../seen.ts'
import { readChoices, standardChannels, WEBHOOKS } from '../settings.ts'
import { notifications } from '../tables.ts'
import { BUNDLE_EVENT, receiverOf } from './receiver.ts'

/** Milliseconds for which a message that is not urgent waits for others, which go out with it. */
export const GATHER_MS = 60_000
/** The most messages in a bundle. */
const BUNDLE_MAX = 200
/** People who are looked at in one round. */
const PEOPLE_AT_ONCE = 50

type Planner = Pick<Runtime, 'resources' | 'transaction' | 'now' | 'newId' | 'log'>

/**
 * Hands over all that is due. Each notification is handed over once, in one transaction, however many processes do this at
 * the same time.
 */
export async function planSending(planner: Planner): Promise<void> {
  for (const personId of await findRipe(planner)) {
    try {
      await planner.transaction((within) => planPerson({ ...planner, resources: within }, personId))
    } catch (err) {
      planner.log.error({ err, personId }, 'notifications could not be handed to their channels')
    }
  }
}

/** The people for whom something has waited for long enough. */
async function findRipe({ resources: { db, messages }, now }: Planner): Promise<string[]> {
  const found = await db.execute<{ personId: string }>(sql`
    select person_id as "personId" from (select person_id, min(send_at) as since from ${notifications} as n
      where send_at <= ${now()} and ${isRipe(messages, now())} group by person_id) as waiting
    order by since limit ${PEOPLE_AT_ONCE}`)
  return found.map(({ personId }) => personId)
}

function isRipe(messages: readonly Message[], now: Date): SQL {
  return sql`(${isOfUrgent(messages)} or n.happened_at <= ${gatheredBy(now)})`
}

function isOfUrgent(messages: readonly Message[]): SQL {
  return sql`n.event = any(string_to_array(${[...urgentOf(messages)].join(',')}, ','))`
}

/** The events whose messages are urgent. */
function urgentOf(messages: readonly Message[]): ReadonlySet<string> {
  return new Set(messages.filter(({ isUrgent }) => isUrgent).map(({ name }) => name))
}

function gatheredBy(now: Date): Date {
  return new Date(now.getTime() - GATHER_MS)
}

async function planPerson(planner: Planner, personId: string): Promise<void> {
  const { db, messages } = planner.resources
  const now = planner.now()
  const rows = await lockDue(planner.resources, personId, now)
  const urgentEvents = urgentOf(messages)
  const urgent = rows.filter(({ event }) => urgentEvents.has(event))
  const others = rows.filter(({ event }) => !urgentEvents.has(event))
  const person = await readRecipient(planner.resources, personId)
  const quiet = person.quietHours === null ? undefined : quietUntil(person.quietHours, { ...person, now })
  if (quiet !== undefined) await setSendAt(db, others, quiet)
  const areOthersRipe = quiet === undefined && others.some(({ happenedAt }) => happenedAt <= gatheredBy(now))
  await handOver(planner, { ...person, personId }, areOthersRipe ? rows : urgent)
}

/** `isSeen`: whether the person may still see what it is about. */
type DueRow = typeof notifications.$inferSelect & { readonly isSeen: boolean }

/** What is urgent first: it does not wait for many others that are still being gathered. */
async function lockDue({ db, messages }: Resources, personId: string, now: Date): Promise<DueRow[]> {
  const records = await db.execute<Record<string, unknown>>(sql`
    select n.*, ${seenBy(viewerOf(personId), messages)} as is_seen from ${notifications} as n
    where n.person_id = ${personId} and n.send_at <= ${now}
    order by ${isOfUrgent(messages)} desc, n.id limit ${BUNDLE_MAX} for update of n skip locked`)
  return records.map((record) => ({ ...readRow(record), isSeen: record.is_seen === true }))
}

const readRow = rowReader(notifications)

type Person = Recipient & { readonly personId: string }

async function setSendAt(db: Db, rows: readonly DueRow[], sendAt: Date | null): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const isMeant = inArray(
    notifications.id,
    rows.map(({ id }) => id),
  )
  await db
    .update(notifications)
    .set({ sendAt })
    .where(sql`${notifications.personId} = ${first.personId} and ${isMeant}`)
}

async function handOver(planner: Planner, person: Person, rows: readonly DueRow[]): Promise<void> {
  if (rows.length === 0) return
  const { db, channels, messages } = planner.resources
  const choices = await readChoices(db, person.personId)
  const standard = standardChannels({ preferred: person.preferred, channels })
  const wanting = (channel: string) =>
    person.isGone
      ? []
      : rows.filter(({ event, isSeen }) => isSeen && (choices.get(event) ?? standard).includes(channel))
  for (const { name, whyOff } of channels) {
    const bundled = wanting(name)
    if (whyOff === undefined && bundled.length > 0)
      await insertBundle(planner, { channel: name, personId: person.personId }, bundled)
  }
  await tellWebhooks(planner, messages, wanting(WEBHOOKS))
  await setSendAt(db, rows, null)
}

interface Way {
  readonly channel: string
  readonly personId: string
}

async function insertBundle(
  { resources: { db, messages }, now, newId }: Planner,
  { channel, personId }: Way,
  rows: readonly DueRow[],
): Promise<void> {
  const at = now()
  const eventId = newId('event')
  const urgentEvents = urgentOf(messages)
  const isUrgent = rows.some(({ event }) => urgentEvents.has(event))
  await db.insert(outbox).values({
    receiverId: receiverOf(channel, personId),
    ...{ channel, eventId, event: BUNDLE_EVENT, version: 1 },
    // What is urgent waits for nothing that was sent before.
    thing: isUrgent ? `notifications://${eventId}` : 'notifications://bundles',
    payload: { personId, ids: rows.map(({ id }) => id) },
    ...{ happenedAt: at, state: 'waiting', attempts: 0, triedBefore: 0, nextAt: at },
  })
}

async function tellWebhooks(
  { resources: { db }, now, newId }: Planner,
  messages: readonly Message[],
  rows: readonly DueRow[],
): Promise<void> {
  const emissions = rows.flatMap((row) => {
    const message = messages.find(({ name }) => name === row.event)
    if (message === undefined) return []
    const { personId, id, event, thing, happenedAt } = row
    const payload = {
      ...{ notificationId: id, event, text: message.text(row.payload), about: thing },
      happenedAt: happenedAt.toISOString(),
    }
    // A webhook whose maker may not read the event itself does not hear of it in this way either.
    const told = { ...notificationCreated, scope: message.event.scope }
    return [{ id: newId('event'), event: told, uri: thing, spaceId: personId, payload }]
  })
  if (emissions.length > 0) await db.execute(hearing.insert(emissions, now()))
}
