/** teams.update: the name of a team. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { renameTeam } from '../../domain/teams/members.ts'
import { getTeam, lockLedTeam } from '../../domain/teams/store.ts'
import { Team, TeamId, TeamName, teamLine } from '../../domain/teams/team.ts'

export const updateTeam = defineOperation({
  name: 'teams.update',
  summary: 'Rename a team.',
  keywords: 'change group name, edit team',
  route: 'PATCH /v1/teams/:teamId',
  input: z.object({ teamId: TeamId, name: TeamName }),
  output: z.object({ team: Team }),
  scope: 'teams:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { teamId: 'team_01h455vb4pex5vsknk084sn02q', name: 'Kitchen garden' },
  async run({ teamId, name }, ctx) {
    await renameTeam(ctx, await lockLedTeam(ctx, teamId), name)
    return { team: await getTeam(ctx, teamId) }
  },
  tell: ({ team }) => `Changed ${teamLine(team)}.`,
})
