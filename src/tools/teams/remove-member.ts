/** teams.remove_member: a person who no longer sees what the team has. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { removeMember as removeMemberIn } from '../../domain/teams/members.ts'
import { assertMayRemove } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

export const removeMember = defineOperation({
  name: 'teams.remove_member',
  summary: 'Remove a person from a team, at once also from what is open, or leave it yourself.',
  keywords: 'leave group, take away access, unshare, quit',
  route: 'DELETE /v1/teams/:teamId/members/:personId',
  input: z.object({ teamId: TeamId, personId: PersonId }),
  output: z.object({ changed: z.boolean().describe('false: they were not a member') }),
  scope: 'teams:leave',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { teamId: 'team_01h455vb4pex5vsknk084sn02q', personId: 'ada' },
  async run({ teamId, personId }, ctx) {
    const team = await assertMayRemove(ctx, teamId, personId)
    return { changed: await removeMemberIn(ctx, team, personId) }
  },
  tell: ({ changed }) => (changed ? 'Removed from the team.' : 'They were not in the team.'),
})
