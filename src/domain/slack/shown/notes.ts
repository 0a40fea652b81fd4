/** Notifications that were shown in Slack, and those of them whose matter was closed since. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Message } from '../../../core/area/message.ts'
import type { Context, Resources } from '../../../core/operation/context.ts'
import { scopesOfRole } from '../../access/authority.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { rowReader } from '../../db/read-rows.ts'
import type { Note } from '../../notifications/channel.ts'
import { detailsFor, toDetails } from '../../notifications/details.ts'
import { endedFor, endedText, isOpen } from '../../notifications/ended.ts'
import { type Recipient, readRecipient } from '../../notifications/recipient.ts'
import { readableBy, seenBy, viewerOf } from '../../notifications/seen.ts'
import { notifications } from '../../notifications/tables.ts'
import { slackPosts } from '../posts/tables.ts'
import { slackNotes } from './tables.ts'

interface Told {
  readonly personId: string
  readonly notificationIds: readonly string[]
}

/** Those of these notifications that were not shown yet. The person's delivery is one sender's, so no other shows them. */
export async function findUnshown(db: Db, { personId, notificationIds }: Told): Promise<ReadonlySet<string>> {
  const isTold = and(
    eq(slackNotes.personId, personId),
    inArray(slackNotes.notificationId, [...notificationIds]),
  )
  const rows = await db.select({ id: slackNotes.notificationId }).from(slackNotes).where(isTold)
  const shown = new Set(rows.map(({ id }) => id))
  return new Set(notificationIds.filter((id) => !shown.has(id)))
}

interface ShownNote {
  readonly personId: string
  readonly notificationId: string
  readonly postId: string
  /** Nothing can be done about it, so it stays as it is. */
  readonly isSettled: boolean
}

export async function keepNote(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { isSettled, ...note }: ShownNote,
): Promise<void> {
  await db.insert(slackNotes).values({ ...note, madeAt: now, settledAt: isSettled ? now : null })
}

/** A notification whose matter was closed, as its person may know it now, and the message that shows it. */
export interface ClosedNote extends Pick<Note, 'message' | 'payload' | 'details' | 'at'> {
  readonly timeZone: string
  /** How it ended, in one sentence. */
  readonly ended: string
  readonly post: Pick<typeof slackPosts.$inferSelect, 'id' | 'teamId' | 'channel'>
}

/** People in one round. */
const PEOPLE_AT_ONCE = 50

/** People to whom something is shown as open that is closed. */
export async function findPeopleToTell({ db, messages }: Resources): Promise<string[]> {
  const found = await db.execute<{ personId: string }>(sql`
    select distinct s.person_id as "personId" from ${slackNotes} as s
    join ${notifications} as n on n.person_id = s.person_id and n.id = s.notification_id
    where s.settled_at is null and not ${isOpen(messages)} limit ${PEOPLE_AT_ONCE}`)
  return found.map(({ personId }) => personId)
}

/**
 * Closes the notifications of a person whose matter is closed, and answers with them: in the transaction that changes
 * their messages, so that each is changed once.
 */
export async function closeNotes(
  resources: Resources,
  personId: string,
  now: Date,
): Promise<readonly ClosedNote[]> {
  const { db, messages } = resources
  const recipient = await readRecipient(resources, personId)
  const viewer = viewerOf(personId, recipient.role && scopesOfRole(recipient.role))
  const readable = readableBy(viewer, messages)
  const records = await db.execute<Record<string, unknown>>(sql`
    with closed as (update ${slackNotes} as s set settled_at = ${now} from ${notifications} as n
      where s.person_id = ${personId} and n.person_id = s.person_id and n.id = s.notification_id
        and s.settled_at is null and not ${isOpen(messages)} returning s.notification_id, s.post_id)
    select n.*, ${detailsFor(viewer, readable)} as details, ${endedFor(readable)} as ended, ${seenBy(viewer, readable)} as is_seen,
      p.id as post_id, p.team_id, p.channel from closed
    join ${notifications} as n on n.person_id = ${personId} and n.id = closed.notification_id
    join ${slackPosts} as p on p.id = closed.post_id order by n.id`)
  return records.flatMap((record) => closedNote(record, { messages, recipient, now }))
}

const readRow = rowReader(notifications)

interface Reading {
  readonly messages: readonly Message[]
  readonly recipient: Recipient
  readonly now: Date
}

function closedNote(
  record: Readonly<Record<string, unknown>>,
  { messages, recipient: { timeZone }, now }: Reading,
): ClosedNote[] {
  const { event, payload, happenedAt } = readRow(record)
  const message = messages.find(({ name }) => name === event)
  if (message === undefined) return []
  const isSeen = record.is_seen === true
  return [
    {
      ...{ message, at: happenedAt, timeZone },
      // Payloads are only written as objects.
      payload: payload as Note['payload'],
      details: isSeen ? toDetails(record.details) : [],
      ended: endedText(isSeen ? record.ended : undefined, { timeZone, now }),
      post: { id: String(record.post_id), teamId: String(record.team_id), channel: String(record.channel) },
    },
  ]
}

interface NotificationOf {
  readonly personId: string
  readonly notificationId: string
}

/** How the matter of a notification ended, as its person reads it; undefined: it is open, or they may not know. */
export async function findEnd(
  resources: Resources,
  { personId, notificationId }: NotificationOf,
  now: Date,
): Promise<string | undefined> {
  const { db, messages } = resources
  const recipient = await readRecipient(resources, personId)
  const viewer = viewerOf(personId, recipient.role && scopesOfRole(recipient.role))
  const readable = readableBy(viewer, messages)
  const [record] = await db.execute<{ ended: unknown }>(sql`
    select ${endedFor(readable)} as ended from ${notifications} as n
    where n.person_id = ${personId} and n.id = ${notificationId} and ${seenBy(viewer, readable)} and not ${isOpen(messages)}`)
  return record && endedText(record.ended, { ...recipient, now })
}

/** Days for which a message changes with its matter: for as long as notifications are kept. */
const KEPT_DAYS = 90
const DAY_MS = 24 * 60 * 60 * 1000

export async function deleteOldNotes(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  return await deleteInBatches(db, slackNotes, sql`made_at < ${before}`)
}
