/** Who may do what to whom: owners are changed by owners only, and the person of this machine stays one. */
import { eq } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { keyUri } from '../access/key.ts'
import { apiKeys, people, type Role } from '../access/tables.ts'
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
  await assertMayGive(ctx, row.role)
  return row
}

/** @throws AppError `forbidden` for the role of an owner, unless the caller is one */
export async function assertMayGive(ctx: Writer, role: Role): Promise<void> {
  if (role !== 'owner' || (await isOwner(ctx))) return
  throw new AppError('forbidden', 'Only an owner may make, change or remove an owner.', {
    fix: 'Ask an owner: people.list with role owner shows them.',
  })
}

/** The person of this machine owns the gateway, whatever is stored. */
async function isOwner({ db, actor }: Writer): Promise<boolean> {
  if (actor.personId === LOCAL_PERSON.personId) return true
  const [row] = await db.select({ role: people.role }).from(people).where(eq(people.id, actor.personId))
  return row?.role === 'owner'
}

/** @throws AppError `conflict` for the last owner; the person of this machine is always one of the owners */
export function assertNotLastOwner({ id }: PersonRow, action: string): void {
  if (id !== LOCAL_PERSON.personId) return
  throw new AppError(
    'conflict',
    `${id} is the person of the gateway's machine and its last owner, who cannot ${action}.`,
    { fix: 'Give others the role owner besides; the machine itself always has one.' },
  )
}

/** Announces that the keys of a person may do more or less than before: what is open for them ends. */
export async function announceStanding(ctx: Writer, personId: string): Promise<void> {
  const keys = await ctx.db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.personId, personId))
  for (const { id } of keys) ctx.changed(keyUri(id), personId)
  ctx.changed(personUri(personId), personId)
}
