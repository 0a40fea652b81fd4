/** Users of Slack become people: by a code that they were shown and that a person confirms, or by their address. */
import { createHash, randomInt } from 'node:crypto'
import { and, eq, gt, isNotNull, lt, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { auditEntries } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { personIdentities } from '../people/tables.ts'
import { slackPairings } from './tables.ts'
import { externalIdOf, SLACK, type SlackWorkspace } from './workspaces.ts'

/** Milliseconds for which a code works, and for which its user is told nothing more. */
export const PAIRING_MS = 60 * 60 * 1000

/** Without letters and digits that look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
/** Characters of each of the two parts of a code: 39 bits in all. */
const PART_CHARS = 4

/** Codes that a person may get wrong within `GUESSES_MS`. */
const GUESSES_MAX = 10
const GUESSES_MS = 60 * 60 * 1000

export type PairingRow = typeof slackPairings.$inferSelect

interface Asker {
  readonly workspace: SlackWorkspace
  readonly userId: string
  readonly name: string
  /** Their message in the inbox. */
  readonly inboxId?: string | undefined
}

/**
 * Notes that a user is told how to become a person, or that they are refused; undefined: they were told before.
 * `code` is shown to the user alone.
 */
export async function notePairing(
  { db, now }: { readonly db: Db; readonly now: Date },
  { workspace, userId, name, inboxId }: Asker,
  hash: string | null,
): Promise<PairingRow | undefined> {
  const said = { hash, name, inboxId: inboxId ?? null, expiresAt: new Date(now.getTime() + PAIRING_MS) }
  const [row] = await db
    .insert(slackPairings)
    .values({ teamId: workspace.teamId, userId, externalId: externalIdOf(workspace, userId), ...said })
    .onConflictDoUpdate({
      target: [slackPairings.teamId, slackPairings.userId],
      set: said,
      setWhere: lt(slackPairings.expiresAt, now),
    })
    .returning()
  return row
}

/** Notes that a user who was told has written again. Undefined: they were given no code. */
export async function noteWaiting(
  db: Db,
  { workspace, userId, inboxId }: Omit<Asker, 'name'>,
): Promise<PairingRow | undefined> {
  const isTheirs = and(eq(slackPairings.teamId, workspace.teamId), eq(slackPairings.userId, userId))
  const [row] = await db
    .update(slackPairings)
    .set({ inboxId: inboxId ?? null })
    .where(and(isTheirs, isNotNull(slackPairings.hash)))
    .returning()
  return row
}

export function makePairingCode(): string {
  const part = () => Array.from({ length: PART_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return `${part()}-${part()}`
}

/** What the bot says to a user whom it does not know. */
export function pairingWords(code: string): string {
  return [
    'I do not know you yet.',
    `Your code is ${code}, for ${PAIRING_MS / MINUTE_MS} minutes.`,
    `If you use Switchboard already, run: switchboard slack pair ${code}`,
    'Otherwise send the code to an admin of Switchboard, who can let you in.',
  ].join('\n')
}

const MINUTE_MS = 60_000

/** What the bot says to them when they write again. Of the code only the hash is kept, so it cannot be shown again. */
export function codeHoldsWords({ expiresAt }: Pick<PairingRow, 'expiresAt'>, now: Date): string {
  const minutes = Math.max(1, Math.ceil((expiresAt.getTime() - now.getTime()) / MINUTE_MS))
  return [
    `I do not know you yet. The code that I have shown you works for ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}.`,
    'Once it is confirmed, I answer your last message. If you have lost the code, write to me after that time for a new one.',
  ].join('\n')
}

/** What the bot says to a user whose code was confirmed. */
export function pairedWords(name: string): string {
  return `You are in as ${name}. Say help to see what I understand.`
}

/** However it is typed: in lower case, without the hyphen, with blanks. */
export function hashPairingCode(code: string): string {
  const letters = code.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return createHash('sha256').update(letters).digest('base64url')
}

/**
 * Uses a code, so that it works for nobody else.
 * @throws AppError `not_found` for a code that is wrong, used or too old; `rate_limited` after many of them
 */
export async function usePairing(ctx: Context, code: string): Promise<PairingRow> {
  await assertFewGuesses(ctx)
  const [row] = await ctx.db
    .delete(slackPairings)
    .where(and(eq(slackPairings.hash, hashPairingCode(code)), gt(slackPairings.expiresAt, ctx.now)))
    .returning()
  if (row !== undefined) return row
  throw new AppError('not_found', 'No user of Slack has this code now: it is mistyped, used or too old.', {
    fix: 'Write to the bot in Slack, which then shows a new code.',
  })
}

/**
 * Failed calls are in the audit, which keeps them although their transactions are undone. Those that have no entry of
 * their own count whatever they called, so that other failures hide no guess.
 */
async function assertFewGuesses({ db, actor, now }: Context): Promise<void> {
  const since = new Date(now.getTime() - GUESSES_MS)
  const [failed] = await db.execute<{ guesses: number }>(sql`
    select coalesce(sum(also_failed + (operation = 'slack.pair')::int), 0)::int as guesses from ${auditEntries}
    where person_id = ${actor.personId} and at > ${since.toISOString()}::timestamptz
      and outcome <> 'ok' and actor_kind <> 'agent'`)
  if ((failed?.guesses ?? 0) < GUESSES_MAX) return
  throw new AppError('rate_limited', `${GUESSES_MAX} codes were wrong within the hour.`, {
    fix: 'Wait an hour, and copy the code from Slack.',
    retryAfterMs: GUESSES_MS,
  })
}

/** Makes a user of Slack this person. @throws AppError `conflict` for a user who is somebody else */
export async function linkUser(
  { db, now }: { readonly db: Db; readonly now: Date },
  { externalId, personId }: { readonly externalId: string; readonly personId: string },
): Promise<void> {
  const identity = { provider: SLACK, externalId }
  await db
    .insert(personIdentities)
    .values({ ...identity, personId, createdAt: now })
    .onConflictDoNothing()
  const [row] = await db.select().from(personIdentities).where(isUser(externalId))
  if (row?.personId === personId) return
  throw new AppError('conflict', 'This user of Slack is another person of the gateway already.', {
    fix: 'An admin can remove the identity from that person with people.update.',
  })
}

export async function findPersonOfUser(db: Db, externalId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ personId: personIdentities.personId })
    .from(personIdentities)
    .where(isUser(externalId))
  return row?.personId
}

/** The users of Slack that the caller is. */
export async function listOwnUsers({ db, actor }: Pick<Context, 'db' | 'actor'>): Promise<string[]> {
  const rows = await db
    .select({ externalId: personIdentities.externalId })
    .from(personIdentities)
    .where(and(eq(personIdentities.provider, SLACK), eq(personIdentities.personId, actor.personId)))
    .orderBy(personIdentities.externalId)
  return rows.map(({ externalId }) => externalId)
}

/** Answers whether the user was the caller. */
export async function unlinkUser(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  externalId: string,
): Promise<boolean> {
  const gone = await db
    .delete(personIdentities)
    .where(and(isUser(externalId), eq(personIdentities.personId, actor.personId)))
    .returning({ externalId: personIdentities.externalId })
  return gone.length > 0
}

function isUser(externalId: string) {
  return and(eq(personIdentities.provider, SLACK), eq(personIdentities.externalId, externalId))
}

/** Answers with the number of pairings that were deleted. */
export async function deleteOldPairings(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(db, slackPairings, lt(slackPairings.expiresAt, now))
}
