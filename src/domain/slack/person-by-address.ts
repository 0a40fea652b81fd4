/** The person whom an address makes of a user, where Slack has confirmed it and an admin trusts its domain. */
import { eq } from 'drizzle-orm'
import { PersonId } from '../access/people.ts'
import { people, type Role } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { hasOpenInvitation } from '../people/invitations/store.ts'
import { Address } from '../people/person.ts'
import { personEmails } from '../people/tables.ts'
import type { SlackApp } from './slack-app.ts'
import type { FreshUser } from './users.ts'

interface Asking {
  readonly db: Db
  readonly app: SlackApp
  readonly now: Date
}

/** A person who has the address, or who is created with it; undefined: the address says nothing. */
export async function personByAddress(
  { db, app, now }: Asking,
  user: FreshUser,
): Promise<string | undefined> {
  const address = trustedAddress(user, app.emailDomains)
  if (address === undefined) return undefined
  if ((await findOwner(db, address)) === undefined)
    await createPerson({ db, now }, { address, name: user.name })
  const owner = await findOwner(db, address)
  return owner !== undefined && mayBeTakenFor(owner) ? owner.personId : undefined
}

/** How a user who is no person of the gateway yet can become one. */
export interface WayIn {
  readonly kind: 'trusted' | 'invited'
  /** The person that they will be, where that person is known already. */
  readonly personId: string | undefined
}

/** Undefined: somebody has to let them in. Nothing is created. */
export async function findWayIn({ db, app, now }: Asking, user: FreshUser): Promise<WayIn | undefined> {
  const address = trustedAddress(user, app.emailDomains)
  if (address !== undefined) {
    const owner = await findOwner(db, address)
    if (owner === undefined || mayBeTakenFor(owner)) return { kind: 'trusted', personId: owner?.personId }
  }
  const isInvited = user.email !== undefined && (await hasOpenInvitation(db, user.email, now))
  return isInvited ? { kind: 'invited', personId: undefined } : undefined
}

function trustedAddress({ email }: FreshUser, domains: readonly string[]): string | undefined {
  const address = Address.safeParse(email)
  if (!address.success) return undefined
  const domain = address.data.slice(address.data.lastIndexOf('@') + 1)
  return domains.includes(domain) ? address.data : undefined
}

interface Owner {
  readonly personId: string
  readonly verified: boolean
  readonly role: Role
}

async function findOwner(db: Db, address: string): Promise<Owner | undefined> {
  const [owner] = await db
    .select({ personId: personEmails.personId, verified: personEmails.verified, role: people.role })
    .from(personEmails)
    .innerJoin(people, eq(people.id, personEmails.personId))
    .where(eq(personEmails.address, address))
  return owner
}

/**
 * An address that nobody has verified may be mistyped. Those who govern the gateway confirm a code: otherwise the admins
 * of a workspace, who can change the addresses of its users, could become them.
 */
function mayBeTakenFor({ verified, role }: Owner): boolean {
  return verified && role !== 'owner' && role !== 'admin'
}

/** Several messages of a new user may come at once: the first creates the person. */
async function createPerson(
  { db, now: createdAt }: { readonly db: Db; readonly now: Date },
  { address, name }: { readonly address: string; readonly name: string },
): Promise<void> {
  if (!PersonId.safeParse(address).success) return
  const made = await db
    .insert(people)
    .values({ id: address, role: 'member', name, createdAt })
    .onConflictDoNothing()
    .returning({ id: people.id })
  if (made.length === 0) return
  await db
    .insert(personEmails)
    .values({ address, personId: address, verified: true, createdAt })
    .onConflictDoNothing()
}
