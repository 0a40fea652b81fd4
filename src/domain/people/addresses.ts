/** The addresses of people to which mails go: those of which somebody has made sure that they reach the person. */
import { and, asc, eq } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { Mailbox } from '../../core/outbound/mail.ts'
import { people } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { personEmails } from './tables.ts'

/** The oldest verified address of a person; undefined: the person has no verified address, and an unverified one could lead to a stranger. */
export async function findMailbox(db: Db, personId: string): Promise<Mailbox | undefined> {
  const [found] = await db
    .select({ address: personEmails.address, name: people.name })
    .from(personEmails)
    .innerJoin(people, eq(people.id, personEmails.personId))
    .where(and(eq(personEmails.personId, personId), personEmails.verified))
    .orderBy(asc(personEmails.createdAt), asc(personEmails.address))
    .limit(1)
  return found && { address: found.address, name: found.name ?? undefined }
}

/** The addresses of a person, verified or not. */
export async function listAddresses(db: Db, personId: string): Promise<string[]> {
  const rows = await db
    .select({ address: personEmails.address })
    .from(personEmails)
    .where(eq(personEmails.personId, personId))
  return rows.map(({ address }) => address)
}

interface Belonging {
  readonly personId: string
  readonly address: string
}

/** @throws AppError `forbidden` for an address that is not one of the person's verified ones (any more) */
export async function assertVerified(db: Db, belonging: Belonging): Promise<void> {
  if ((await findAddress(db, belonging))?.verified !== true) throw notTheirs(belonging)
}

/** @throws AppError `forbidden` for an address that is not one of the person's (any more) */
export async function setVerified({ db }: Pick<Context, 'db'>, belonging: Belonging): Promise<void> {
  const done = await db
    .update(personEmails)
    .set({ verified: true })
    .where(isOf(belonging))
    .returning({ address: personEmails.address })
  if (done.length === 0) throw notTheirs(belonging)
}

async function findAddress(db: Db, belonging: Belonging) {
  const [found] = await db.select().from(personEmails).where(isOf(belonging))
  return found
}

function isOf({ personId, address }: Belonging) {
  return and(eq(personEmails.personId, personId), eq(personEmails.address, address))
}

function notTheirs({ personId, address }: Belonging): AppError {
  return new AppError('forbidden', `${address} is not an address of ${personId} any more.`, {
    fix: 'Links that were sent there have ended. An admin can add the address again with people.update.',
  })
}
