/** Invitations in the database. Callers manage people, and see all invitations. */
import { and, desc, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import { LOCAL_PERSON } from '../../../core/operation/actor.ts'
import type { Context } from '../../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../../core/schema/page.ts'
import { auditEntries, auditTouches, people } from '../../access/tables.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { personUri } from '../person.ts'
import { invitations, personEmails } from '../tables.ts'
import { INVITATION_KEPT_MS, type InvitationRow, type InvitationState } from './invitation.ts'

export async function insertInvitation({ db }: Pick<Context, 'db'>, row: InvitationRow): Promise<void> {
  await db.insert(invitations).values(row)
}

interface ListQuery {
  readonly state: InvitationState
  readonly limit: number
  readonly cursor?: string | undefined
}

const NEWEST = 'newest'

/** Invitations, newest first. @throws AppError `invalid_input` for a cursor of another list */
export async function listInvitations(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { state, limit, cursor }: ListQuery,
) {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, NEWEST, z.tuple([sortText]))[0]
  const rows = await db
    .select()
    .from(invitations)
    .where(and(inState(state, now), after === undefined ? undefined : lt(invitations.id, after)))
    .orderBy(desc(invitations.id))
    .limit(limit + 1)
  return toPage(rows, limit, ({ id }) => ({ sort: NEWEST, after: [id] }))
}

/** Whether somebody may come in by an invitation to this address, in lower case. */
export async function hasOpenInvitation(db: Db, email: string, now: Date): Promise<boolean> {
  const [found] = await db
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.email, email), isOpen(now)))
    .limit(1)
  return found !== undefined
}

/** `invitationState` as a condition for filters. */
function inState(state: InvitationState, now: Date): SQL | undefined {
  switch (state) {
    case 'accepted':
      return isNotNull(invitations.acceptedAt)
    case 'revoked':
      return isNotNull(invitations.revokedAt)
    case 'expired':
      return and(
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        lte(invitations.expiresAt, now),
      )
    case 'open':
      return isOpen(now)
  }
}

function isOpen(now: Date): SQL | undefined {
  return and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now))
}

/**
 * Revokes an invitation; `changed` is false when it was revoked or had expired before.
 * @throws AppError `not_found`; `conflict` for one that was accepted
 */
export async function revokeInvitation({ db, now }: Pick<Context, 'db' | 'now'>, id: string) {
  const [revoked] = await db
    .update(invitations)
    .set({ revokedAt: now })
    .where(and(eq(invitations.id, id), isOpen(now)))
    .returning()
  if (revoked) return { row: revoked, changed: true }
  const [row] = await db.select().from(invitations).where(eq(invitations.id, id))
  if (!row) throw notFound('invitation', id)
  if (row.acceptedBy !== null) throw wasAccepted(row.acceptedBy)
  return { row, changed: false }
}

function wasAccepted(by: string): AppError {
  return new AppError('conflict', `${by} has accepted this invitation.`, {
    fix: 'To keep them out, deactivate them with people.deactivate.',
  })
}

/**
 * The invitation of a token, as long as it can be accepted. It ends when the person who invited may no longer invite.
 * @throws AppError `not_found`, the same for every token that cannot be used
 */
export async function findUsable(
  { db, now }: Pick<Context, 'db' | 'now'>,
  hash: string,
): Promise<InvitationRow> {
  const [row] = await db.select().from(invitations).where(isUsable(hash, now))
  if (row === undefined) throw notUsable()
  return row
}

/** Uses an invitation up. Of two calls at once, the second waits here and finds it used. @throws AppError as above */
export async function useInvitation(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { hash, acceptedBy }: Pick<InvitationRow, 'hash' | 'acceptedBy'>,
): Promise<void> {
  const used = await db
    .update(invitations)
    .set({ acceptedAt: now, acceptedBy })
    .where(isUsable(hash, now))
    .returning({ id: invitations.id })
  if (used.length === 0) throw notUsable()
}

/**
 * Shows the new person the call that invited them, in their audit: what it says of them goes when they are erased.
 */
export async function noteInvited(
  db: Db,
  { invitedBy, createdAt }: InvitationRow,
  personId: string,
): Promise<void> {
  await db.execute(sql`insert into ${auditTouches} (person_id, at, entry_id, uris)
    select ${personId}, at, id, array[${personUri(personId)}] from ${auditEntries}
    where person_id = ${invitedBy} and at = ${createdAt} and operation = 'people.invite' and outcome = 'ok'`)
}

/** The person of this machine owns the gateway, whether or not there is a row of them. */
function isUsable(hash: string, now: Date): SQL | undefined {
  const inviterMay = sql`exists (select 1 from ${people} inviter where inviter.id = invitations.invited_by
    and inviter.deactivated_at is null
    and (inviter.role = 'owner' or inviter.role = 'admin' and invitations.role <> 'owner'))`
  return and(
    eq(invitations.hash, hash),
    isOpen(now),
    or(eq(invitations.invitedBy, LOCAL_PERSON.personId), inviterMay),
  )
}

function notUsable(): AppError {
  return new AppError(
    'not_found',
    'This invitation cannot be used: it is mistyped, used, expired or revoked.',
    {
      fix: 'Ask the person who invited you for another one.',
    },
  )
}

/** @throws AppError `conflict` for an id or an address that somebody has */
export async function assertNew(
  { db }: Pick<Context, 'db'>,
  { id, email }: { readonly id: string | undefined; readonly email: string | undefined },
): Promise<void> {
  const [person] =
    id === undefined ? [] : await db.select({ id: people.id }).from(people).where(eq(people.id, id))
  if (person !== undefined) throw isHere(id ?? '', `There is already a person ${id}`)
  if (email === undefined) return
  const [known] = await db.select().from(personEmails).where(eq(personEmails.address, email))
  if (known !== undefined) throw isHere(known.personId, `${email} belongs to ${known.personId}`)
}

function isHere(id: string, why: string): AppError {
  return new AppError('conflict', `${why}, and an invitation is for somebody who is not here yet.`, {
    fix: `Add ${id} to a team with teams.add_member, or create another key for them with access.create_key.`,
  })
}

/** Deletes invitations that ended long ago; answers with how many. */
export async function deleteOldInvitations(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - INVITATION_KEPT_MS)
  return await deleteInBatches(db, invitations, lt(invitations.expiresAt, before))
}
