/** Whose things are meant: the caller's, or those of the team that the caller names. */
import { and, eq, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { idOf } from '../../core/operation/ids.ts'
import { editableBy, homeSpace, mayOnlyRead, seesOwn, visibleTo } from '../access/visible-to.ts'
import { teams } from './tables.ts'

export const TeamId = idOf('team')

/** The field by which a new thing becomes a team's. */
export const newTeamId = TeamId.optional().describe('The team that owns it; default: you')

type Caller = Pick<Context, 'db' | 'actor'>

/**
 * The owner of a new thing: the named team, otherwise the caller or, for an agent of a team, its team.
 * @throws AppError `not_found` for a team that the caller is not in, `forbidden` for one in which they may only read,
 * `conflict` for one that is archived.
 */
export async function newOwner(ctx: Caller, teamId: string | undefined): Promise<string> {
  const { ownerId, archivedAt, isEditable } = await findOwner(ctx, teamId)
  if (archivedAt !== null) {
    throw new AppError('conflict', `The team ${ownerId} is archived: nothing can be added to it.`, {
      fix: 'Leave out teamId, or name another team.',
    })
  }
  if (!isEditable) throw mayOnlyRead('what this team has')
  return ownerId
}

/**
 * The owner of things that the caller reads.
 * @throws AppError `not_found` for a team that the caller is not in
 */
export async function seenOwner(ctx: Caller, teamId: string | undefined): Promise<string> {
  return (await findOwner(ctx, teamId)).ownerId
}

interface Owner {
  readonly ownerId: string
  readonly archivedAt: Date | null
  readonly isEditable: boolean
}

async function findOwner(ctx: Caller, teamId: string | undefined): Promise<Owner> {
  const ownerId = teamId ?? homeSpace(ctx)
  if (teamId === undefined && ownerId === ctx.actor.personId && seesOwn(ctx))
    return { ownerId, archivedAt: null, isEditable: true }
  const space = { spaceId: teams.id }
  const [team] = await ctx.db
    .select({ archivedAt: teams.archivedAt, isEditable: sql<boolean>`${editableBy(ctx, space)}` })
    .from(teams)
    .where(and(eq(teams.id, ownerId), visibleTo(ctx, space)))
  if (team !== undefined) return { ownerId, ...team }
  throw teamId === undefined ? notShared(ownerId) : notFound('team', teamId)
}

/** An agent works in a project, and its person sees nothing else of the project's owner. */
function notShared(ownerId: string): AppError {
  return new AppError('forbidden', `You see nothing of ${ownerId} but what was shared with you.`, {
    fix: 'Name something that was shared with you, such as the project of the run.',
  })
}
