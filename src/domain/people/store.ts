/** People in the database, as far as the caller may see them. */
import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { decodeCursor, sortText, toPage } from '../../core/schema/page.ts'
import { people, type Role } from '../access/tables.ts'
import { seesOwn } from '../access/visible-to.ts'
import { comparableSql, patternOf } from '../db/comparable.ts'
import type { Person, PersonInput, PersonState } from './person.ts'
import { personEmails, personIdentities } from './tables.ts'
import { managesPeople, noSuchPerson, visiblePeople } from './visible-people.ts'

type Reader = Pick<Context, 'db' | 'actor' | 'defaultTimeZone'>

/** Names are written out: the query builder would leave the table off `people.id`. */
const WHOLE = {
  row: people,
  emails: sql<Person['emails']>`(select coalesce(json_agg(
    json_build_object('address', e.address, 'verified', e.verified) order by e.address), '[]')
    from ${personEmails} e where e.person_id = people.id)`,
  identities: sql<Person['identities']>`(select coalesce(json_agg(
    json_build_object('provider', i.provider, 'id', i.external_id) order by i.provider, i.external_id), '[]')
    from ${personIdentities} i where i.person_id = people.id)`,
}

export type PersonRow = typeof people.$inferSelect
type WholeRow = Pick<Person, 'emails' | 'identities'> & { readonly row: PersonRow }

/** @throws AppError `not_found` */
export async function getPersonById(ctx: Reader, id: string): Promise<Person> {
  const [found] = await ctx.db
    .select(WHOLE)
    .from(people)
    .where(and(eq(people.id, id), visiblePeople(ctx)))
  if (!found) throw noSuchPerson(id)
  return toPerson(ctx, found)
}

interface ListQuery {
  readonly text?: string | undefined
  readonly role?: Role | undefined
  readonly state: PersonState
  readonly limit: number
  readonly cursor?: string | undefined
}

const BY_ID = 'id'

/** @throws AppError `invalid_input` for a cursor of another list */
export async function listPeople(ctx: Reader, { text, role, state, limit, cursor }: ListQuery) {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, BY_ID, z.tuple([sortText]))[0]
  const found = await ctx.db
    .select(WHOLE)
    .from(people)
    .where(
      and(
        visiblePeople(ctx),
        inState(state),
        role && eq(people.role, role),
        text === undefined ? undefined : sql`${comparableSql(PERSON_TEXT)} ilike ${patternOf(text)}`,
        after === undefined ? undefined : gt(people.id, after),
      ),
    )
    .orderBy(asc(people.id))
    .limit(limit + 1)
  const page = toPage(found, limit, ({ row }) => ({ sort: BY_ID, after: [row.id] }))
  return { items: page.items.map((each) => toPerson(ctx, each)), nextCursor: page.nextCursor }
}

const PERSON_TEXT = sql`${people.id} || ' ' || coalesce(${people.name}, '')`

function inState(state: PersonState): SQL | undefined {
  switch (state) {
    case 'active':
      return isNull(people.deactivatedAt)
    case 'deactivated':
      return and(isNotNull(people.deactivatedAt), isNull(people.erasedAt))
    case 'erased':
      return isNotNull(people.erasedAt)
  }
}

function stateOf({ deactivatedAt, erasedAt }: PersonRow): PersonState {
  if (erasedAt !== null) return 'erased'
  return deactivatedAt === null ? 'active' : 'deactivated'
}

function toPerson(ctx: Reader, { row, emails, identities }: WholeRow): Person {
  const { id, name, role, workDays, quietHours, channels } = row
  const profile = { id, name, timeZone: row.timeZone ?? ctx.defaultTimeZone }
  const isOwn = id === ctx.actor.personId && seesOwn(ctx)
  if (!isOwn && !managesPeople(ctx)) return profile
  return {
    ...profile,
    role,
    state: stateOf(row),
    emails,
    identities,
    workDays,
    quietHours,
    channels,
    createdAt: row.createdAt.toISOString(),
    deactivatedAt: row.deactivatedAt?.toISOString() ?? null,
  }
}

type Writer = Pick<Context, 'db' | 'now' | 'channels'>

/** @throws AppError `conflict` for an id, an address or an identity that somebody has */
export async function insertPerson(
  ctx: Writer,
  id: string,
  given: PersonInput & { readonly role: Role },
): Promise<void> {
  const { role, name = null, timeZone = null, workDays = null, quietHours = null, channels = [] } = given
  assertChannels(ctx, channels)
  const row = { id, role, name, timeZone, workDays, quietHours, channels, createdAt: ctx.now }
  const inserted = await ctx.db.insert(people).values(row).onConflictDoNothing().returning({ id: people.id })
  if (inserted.length === 0) {
    throw new AppError('conflict', `There is already a person ${id}.`, {
      fix: 'Change them with people.update, or choose another id.',
      issues: [{ path: 'id', message: 'belongs to somebody' }],
    })
  }
  await setWays(ctx, id, given)
}

/** Creates the row of a caller who has none. */
export async function ensurePerson({ db, now }: Writer, id: string): Promise<void> {
  await db.insert(people).values({ id, createdAt: now }).onConflictDoNothing()
}

/** Changes the given fields of a person who exists. @throws AppError `conflict` */
export async function changePerson(
  ctx: Writer,
  id: string,
  changes: PersonInput & { readonly role?: Role | undefined },
): Promise<void> {
  const { role, name, timeZone, workDays, quietHours, channels } = changes
  assertChannels(ctx, channels ?? [])
  const fields = { role, name, timeZone, workDays, quietHours, channels }
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  if (Object.keys(set).length > 0) await ctx.db.update(people).set(set).where(eq(people.id, id))
  await setWays(ctx, id, changes)
}

/** Replaces the addresses and identities that are given. */
async function setWays(ctx: Writer, personId: string, given: PersonInput): Promise<void> {
  const createdAt = ctx.now
  if (given.emails !== undefined) {
    await ctx.db.delete(personEmails).where(eq(personEmails.personId, personId))
    for (const email of given.emails) {
      const values = { ...email, personId, createdAt }
      const made = await ctx.db.insert(personEmails).values(values).onConflictDoNothing().returning()
      if (made.length === 0) throw taken(`The address ${email.address}`)
    }
  }
  if (given.identities !== undefined) {
    await ctx.db.delete(personIdentities).where(eq(personIdentities.personId, personId))
    for (const { provider, id } of given.identities) {
      const values = { provider, externalId: id, personId, createdAt }
      const made = await ctx.db.insert(personIdentities).values(values).onConflictDoNothing().returning()
      if (made.length === 0) throw taken(`The identity ${id} at ${provider}`)
    }
  }
}

function taken(what: string): AppError {
  return new AppError('conflict', `${what} belongs to somebody already, or was given twice.`, {
    fix: 'people.list and people.get show whose it is; remove it there first.',
  })
}

/** @throws AppError `invalid_input` for a channel that no gateway has: nothing would reach the person by it */
function assertChannels({ channels: known }: Pick<Context, 'channels'>, names: readonly string[]): void {
  const channels = known.map(({ name }) => name)
  const unknown = names.find((name, place) => !channels.includes(name) || names.indexOf(name) !== place)
  if (unknown === undefined) return
  const message = channels.includes(unknown)
    ? `The channel ${unknown} is named twice.`
    : `There is no channel ${JSON.stringify(unknown)}.`
  throw new AppError('invalid_input', message, {
    fix: `The channels are ${channels.join(', ')}; name each once.`,
    issues: [{ path: 'channels', message: `each one of ${channels.join(', ')}, once` }],
  })
}
