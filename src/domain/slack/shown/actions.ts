/** The actions behind the buttons of messages: kept when they are shown, and done once. */
import { and, eq, gte, inArray, isNull, notInArray, or, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import type { NextCall } from '../../../core/operation/next-call.ts'
import { people } from '../../access/tables.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { momentText } from '../../time/moment-text.ts'
import { slackCards } from '../cards/tables.ts'
import { slackActions } from './tables.ts'

export type SlackActionRow = typeof slackActions.$inferSelect

/** An action with the id that its button has. */
export interface NamedAction {
  readonly id: string
  readonly label: string
  readonly say?: string | undefined
  readonly call?: NextCall | undefined
  readonly waitingId?: string | undefined
}

export interface Shown {
  readonly postId: string
  readonly personId: string
  readonly notificationId?: string | undefined
}

/** Keeps the actions of a message, in the transaction that stores the message. */
export async function keepActions(
  { db, now }: Pick<Context, 'db' | 'now'>,
  actions: readonly NamedAction[],
  shown: Shown,
): Promise<void> {
  if (actions.length === 0) return
  await db.insert(slackActions).values(actions.map((action) => ({ ...action, ...shown, madeAt: now })))
}

/** Forgets the other actions of what is shown: those of what was shown there before. */
export async function forgetOthers(db: Db, postId: string, ids: readonly string[]): Promise<void> {
  await db
    .delete(slackActions)
    .where(and(eq(slackActions.postId, postId), notInArray(slackActions.id, [...ids])))
}

/** Undefined: it is no action of this gateway, or no longer kept. */
export async function findAction(db: Db, id: string): Promise<SlackActionRow | undefined> {
  const [row] = await db.select().from(slackActions).where(eq(slackActions.id, id))
  return row
}

export interface Use {
  /** The same for every attempt at one click. */
  readonly key: string
  readonly personId: string
  readonly timeZone: string
  readonly now: Date
}

/**
 * Notes in the transaction of a write that this click does it.
 * @throws AppError `conflict` where another click has done it
 */
export async function useAction(db: Db, id: string, { key, personId, timeZone, now }: Use): Promise<void> {
  const isFree = or(isNull(slackActions.usedAt), eq(slackActions.usedKey, key))
  const used = await db
    .update(slackActions)
    .set({ usedAt: now, usedBy: personId, usedKey: key })
    .where(and(eq(slackActions.id, id), isFree))
    .returning({ id: slackActions.id })
  if (used.length === 0) throw await doneBefore(db, id, { personId, timeZone })
}

/** Actions of replies that nobody has done yet, and which these operations do; the oldest first. */
export async function listOffered(
  db: Db,
  { operations, now }: { readonly operations: readonly string[]; readonly now: Date },
): Promise<SlackActionRow[]> {
  const since = new Date(now.getTime() - OFFERED_DAYS * DAY_MS)
  return await db
    .select()
    .from(slackActions)
    .where(
      and(
        isNull(slackActions.usedAt),
        isNull(slackActions.notificationId),
        gte(slackActions.madeAt, since),
        inArray(sql`${slackActions.call} ->> 'operation'`, [...operations]),
        // A card changes what it asks by itself.
        sql`not exists (select from ${slackCards} c, jsonb_each_text(c.state -> 'asked') as asked (thing, post)
          where c.ended_at is null and asked.post = ${slackActions.postId})`,
      ),
    )
    .orderBy(slackActions.madeAt)
    .limit(OFFERED_MAX)
}

/** Notes that these actions cannot be done any more. Answers with those that nobody has done or closed before. */
export async function closeActions(
  db: Db,
  which: { readonly ids: readonly string[] } | { readonly postId: string },
  now: Date,
): Promise<ReadonlySet<string>> {
  const { id, postId } = slackActions
  const isOne = 'ids' in which ? inArray(id, [...which.ids]) : eq(postId, which.postId)
  return new Set((await close(db, isOne, now)).map((each) => each.id))
}

/** The same for all actions that answer what waits no longer. Answers with the posts that show them. */
export async function closeAnswers(
  db: Db,
  waitingIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const closed = new Map<string, Set<string>>()
  if (waitingIds.length === 0) return closed
  for (const { id, postId } of await close(db, inArray(slackActions.waitingId, [...waitingIds]), now))
    closed.set(postId, (closed.get(postId) ?? new Set()).add(id))
  return closed
}

async function close(db: Db, isOne: SQL, now: Date) {
  const { id, postId, usedAt } = slackActions
  return await db
    .update(slackActions)
    .set({ usedAt: now, usedKey: CLOSED })
    .where(and(isOne, isNull(usedAt)))
    .returning({ id, postId })
}

/** In place of a click. */
const CLOSED = 'closed'
/** Days for which buttons of replies are taken away once they do nothing any more, and how many are looked at at once. */
const OFFERED_DAYS = 7
const OFFERED_MAX = 500

async function doneBefore(
  db: Db,
  id: string,
  { personId, timeZone }: Pick<Use, 'personId' | 'timeZone'>,
): Promise<AppError> {
  const [row] = await db
    .select({ usedAt: slackActions.usedAt, usedBy: slackActions.usedBy, name: people.name })
    .from(slackActions)
    .leftJoin(people, eq(people.id, slackActions.usedBy))
    .where(eq(slackActions.id, id))
  if (row !== undefined && row.usedBy === null) return settledBefore(timeZone, row.usedAt)
  const who = row?.usedBy === personId ? 'You have' : `${row?.name ?? row?.usedBy ?? 'Somebody'} has`
  const when = row?.usedAt ? `, ${momentText(timeZone, row.usedAt)}` : ''
  return new AppError('conflict', `${who} done this already${when}.`, { fix: 'To do it again, write it.' })
}

function settledBefore(timeZone: string, at: Date | null): AppError {
  const when = at === null ? '' : `, ${momentText(timeZone, at)}`
  return new AppError('conflict', `This was settled already${when}.`, { fix: 'Ask me how it stands.' })
}

/** Days for which a button does something. */
const KEPT_DAYS = 90
const DAY_MS = 24 * 60 * 60 * 1000

export async function deleteOldActions(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  return await deleteInBatches(db, slackActions, sql`made_at < ${before}`)
}
