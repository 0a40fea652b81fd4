/**
 * Who may do what to whom: nobody gives rights that they lack or takes over a person who has them, owners are changed by
 * owners only, and the person of this machine stays one.
 */
import { eq } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { missingScopes } from '../../core/operation/scopes.ts'
import { scopesOfRole } from '../access/authority.ts'
import { keyUri } from '../access/key.ts'
import { apiKeys, people, type Role } from '../access/tables.ts'
import { findLedAlone } from '../teams/led-alone.ts'
import { personUri } from './person.ts'
import type { PersonRow } from './store.ts'
import { noSuchPerson } from './visible-people.ts'

type Writer = Pick<Context, 'db' | 'actor' | 'changed'>

/**
 * Locks a person for a change of their standing.
 * @throws AppError `not_found`; `forbidden` for an owner, unless the caller is one
 */
export async function lockManaged(ctx: Writer, id: string): Promise<PersonRow> {
  const [row] = await ctx.db.select().from(people).where(eq(people.id, id)).for('update')
  if (row === undefined || row.erasedAt !== null) throw noSuchPerson(id)
  await assertMayChange(ctx, row.role)
  return row
}

/**
 * Whether the caller may give this role, or decide who somebody with this role is taken for: who signs in with a key of
 * theirs, or receives the links in their mails, has all their rights.
 * @throws AppError `forbidden` for scopes that the caller lacks, and for the role of an owner unless the caller is one
 */
export async function assertMayGive(ctx: Writer, role: Role): Promise<void> {
  await assertMayChange(ctx, role)
  const missing = missingScopes(ctx.actor.scopes, scopesOfRole(role))
  if (missing.length === 0) return
  throw new AppError(
    'forbidden',
    `A person with the role ${role} has scopes that you do not have: ${missing.join(', ')}.`,
    { fix: 'Use a key with the scope admin.' },
  )
}

/** @throws AppError `forbidden` for what an owner has, unless the caller is one */
export async function assertMayRevoke(ctx: Writer, personId: string): Promise<void> {
  if (personId !== ctx.actor.personId) await assertMayChange(ctx, await roleOf(ctx, personId))
}

/** @throws AppError `forbidden` for the role of an owner, unless the caller is one */
async function assertMayChange(ctx: Writer, role: Role): Promise<void> {
  if (role !== 'owner' || (await isOwner(ctx))) return
  throw new AppError('forbidden', 'Only an owner may make, change or remove an owner.', {
    fix: 'Ask an owner: people.list with role owner shows them.',
  })
}

/**
 * Whether the caller may act as this person, with a key of theirs.
 * @throws AppError `forbidden` as `assertMayGive`
 */
export async function assertMayActAs(ctx: Writer, personId: string): Promise<void> {
  if (personId === ctx.actor.personId) return
  await assertMayGive(ctx, await roleOf(ctx, personId))
}

/** The person of this machine owns the gateway, whatever is stored. */
async function isOwner(ctx: Writer): Promise<boolean> {
  return (await roleOf(ctx, ctx.actor.personId)) === 'owner'
}

async function roleOf({ db }: Writer, personId: string): Promise<Role> {
  if (personId === LOCAL_PERSON.personId) return 'owner'
  const [row] = await db.select({ role: people.role }).from(people).where(eq(people.id, personId))
  return row?.role ?? 'member'
}

/** @throws AppError `conflict` for the person of this machine, who is always one of the owners */
export function assertNotLastOwner({ id }: PersonRow, action: string): void {
  if (id !== LOCAL_PERSON.personId) return
  throw new AppError(
    'conflict',
    `${id} owns the gateway's machine, and so always owns the gateway: this person cannot ${action}.`,
    { fix: 'Others can become owners too: people.update sets their role.' },
  )
}

/** @throws AppError `conflict` for a person without whom a team would have no admin who can act */
export async function assertLeadsNoTeamAlone({ db }: Writer, personId: string): Promise<void> {
  const [team] = await findLedAlone(db, personId)
  if (team === undefined) return
  throw new AppError(
    'conflict',
    `${personId} is the only admin of the team ${team.name}, and a guest cannot lead a team.`,
    {
      fix: 'Make another member of the team an admin first, with teams.set_member.',
    },
  )
}

/** Announces that the keys of a person may do more or less than before: what is open for them ends. */
export async function announceStanding(ctx: Writer, personId: string): Promise<void> {
  const keys = await ctx.db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.personId, personId))
  for (const { id } of keys) ctx.changed(keyUri(id), personId)
  ctx.changed(personUri(personId), personId)
}
