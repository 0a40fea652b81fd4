/** A person who acts without a key, proven in another way: by a link that only they were sent. */
import { eq } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { type Actor, LOCAL_PERSON } from '../../core/operation/actor.ts'
import { scopesOfRole } from '../access/authority.ts'
import { people } from '../access/tables.ts'
import type { Db } from '../db/db.ts'

/**
 * The person with all that their role allows now.
 * @throws AppError `forbidden` for somebody who is not here any more
 */
export async function actorOfPerson(db: Db, personId: string): Promise<Actor> {
  if (personId === LOCAL_PERSON.personId) return LOCAL_PERSON
  const [person] = await db.select().from(people).where(eq(people.id, personId))
  if (person === undefined || person.deactivatedAt !== null)
    throw new AppError('forbidden', `${personId} has been deactivated, so the link does nothing.`, {
      fix: 'An admin of the gateway can let them come back.',
    })
  return { kind: 'person', id: personId, personId, scopes: scopesOfRole(person.role) }
}
