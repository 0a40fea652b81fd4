/** teams.create: people who share all that the team has. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { assertRoomFor } from '../../domain/limits/counted-limit.ts'
import { teamLimit } from '../../domain/limits/team-limit.ts'
import { insertTeam } from '../../domain/teams/members.ts'
import { teamOf } from '../../domain/teams/space.ts'
import { getTeam } from '../../domain/teams/store.ts'
import { Team, TeamName, teamLine } from '../../domain/teams/team.ts'

export const createTeam = defineOperation({
  name: 'teams.create',
  summary: 'Create a team, of which you are the first admin.',
  details: 'All that a team has is seen by all of its members.',
  keywords: 'group, department, organization, workspace, share with others, collaborate',
  route: 'POST /v1/teams',
  input: z.object({ name: TeamName }),
  output: z.object({ team: Team }),
  scope: 'teams:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { name: 'Garden' },
  async run({ name }, ctx) {
    assertPerson(ctx.actor)
    await assertRoomFor(ctx, teamLimit, ctx.actor.personId)
    const id = await insertTeam(ctx, name)
    return { team: await getTeam(ctx, id) }
  },
  tell: ({ team }) => `Created the team ${teamLine(team)}.`,
  next: ({ team }) => [{ operation: 'teams.get', input: { teamId: team.id } }],
})

/** A team has people as admins. @throws AppError `forbidden` */
function assertPerson({ personId }: Actor): void {
  if (teamOf(personId) === null) return
  throw new AppError('forbidden', 'The service of a team cannot have a team of its own.', {
    fix: 'Ask a person to create it.',
  })
}
