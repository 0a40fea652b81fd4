/** Whose limit an admin means. */
import { and, eq, isNull } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { people } from '../access/tables.ts'
import { teams } from '../teams/tables.ts'

interface Named {
  readonly personId?: string | undefined
  readonly teamId?: string | undefined
}

/**
 * The person or the team that an admin names; neither: the admin.
 * @throws AppError `not_found`, and `invalid_input` when both are named
 */
export async function ownerOf(
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  { personId, teamId }: Named,
): Promise<string> {
  if (personId !== undefined && teamId !== undefined) {
    throw new AppError('invalid_input', 'A limit is for a person or for a team, not for both.', {
      issues: [{ path: 'teamId', message: 'leave it out, or leave out personId' }],
    })
  }
  if (teamId !== undefined) {
    const [team] = await db.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId))
    if (team === undefined) throw notFound('team', teamId)
    return team.id
  }
  // The caller need not be stored: the local person is not, until something about them is.
  if (personId === undefined || personId === actor.personId) return actor.personId
  const isHere = and(eq(people.id, personId), isNull(people.erasedAt))
  const [person] = await db.select({ id: people.id }).from(people).where(isHere)
  if (person === undefined) throw notFound('person', personId)
  return person.id
}
