/** Who owns a new thing: the caller, or the team that the caller names. */
import { eq, sql } from 'drizzle-orm'
import { AppError, notFound } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { idOf } from '../../core/operation/ids.ts'
import { editableBy, homeSpace, mayOnlyRead, visibleTo } from '../access/visible-to.ts'
import { teams } from './tables.ts'

const TeamId = idOf('team')

/** The field by which a new thing becomes a team's. */
export const newTeamId = TeamId.optional().describe('The team that owns it; default: you')

/**
 * The owner of a new thing: the named team, otherwise the caller or, for an agent of a team, its team.
 * @throws AppError `not_found` for a team that the caller is not in, `forbidden` for one in which they may only read,
 * `conflict` for one that is archived.
 */
export async function newOwner(
  ctx: Pick<Context, 'db' | 'actor'>,
  teamId: string | undefined,
): Promise<string> {
  if (teamId === undefined || teamId === homeSpace(ctx)) return homeSpace(ctx)
  const space = { spaceId: teams.id }
  const [team] = await ctx.db
    .select({ archivedAt: teams.archivedAt, isEditable: sql<boolean>`${editableBy(ctx, space)}` })
    .from(teams)
    .where(sql`${eq(teams.id, teamId)} and ${visibleTo(ctx, space)}`)
  if (team === undefined) throw notFound('team', teamId)
  if (team.archivedAt !== null) {
    throw new AppError('conflict', `The team ${teamId} is archived: nothing can be added to it.`, {
      fix: 'Leave out teamId, or name another team.',
    })
  }
  if (!team.isEditable) throw mayOnlyRead(`what the team ${teamId} has`, teamId)
  return teamId
}
