/** teams.get: one team and its members. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { getTeam as findTeam, listMembers } from '../../domain/teams/store.ts'
import { Team, TeamId, TeamMember, teamLine } from '../../domain/teams/team.ts'

export const getTeam = defineOperation({
  name: 'teams.get',
  summary: 'Get a team with its members and their roles.',
  keywords: 'show group, who is in, members, admins, roles',
  route: 'GET /v1/teams/:teamId',
  input: z.object({ teamId: TeamId }),
  output: z.object({ team: Team, members: z.array(TeamMember) }),
  scope: 'teams:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { teamId: 'team_01h455vb4pex5vsknk084sn02q' },
  async run({ teamId }, ctx) {
    return { team: await findTeam(ctx, teamId), members: await listMembers(ctx, teamId) }
  },
  tell: ({ team, members }) =>
    [teamLine(team), ...members.map(({ personId, role }) => `  ${personId}: ${role}`)].join('\n'),
})
