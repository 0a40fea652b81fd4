/** teams.set_member: the role of a member. */
import { z } from 'zod'
import { notFound } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { setMember as setMemberIn } from '../../domain/teams/members.ts'
import { listMembers, lockLedTeam } from '../../domain/teams/store.ts'
import { TeamId, TeamMember, TeamRole } from '../../domain/teams/team.ts'

export const setMember = defineOperation({
  name: 'teams.set_member',
  summary: 'Give a member of a team another role. A team keeps one admin at least.',
  keywords: 'promote, demote, change role, read only',
  route: 'PATCH /v1/teams/:teamId/members/:personId',
  input: z.object({ teamId: TeamId, personId: PersonId, role: TeamRole }),
  output: z.object({ member: TeamMember }),
  scope: 'teams:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { teamId: 'team_01h455vb4pex5vsknk084sn02q', personId: 'ada', role: 'viewer' },
  async run({ teamId, personId, role }, ctx) {
    const team = await lockLedTeam(ctx, teamId)
    const member = (await listMembers(ctx, teamId)).find((each) => each.personId === personId)
    if (member === undefined) throw notFound('member', personId)
    if (member.role !== role) await setMemberIn(ctx, team, { personId, role })
    return { member: { ...member, role } }
  },
  tell: ({ member }) => `${member.personId} now has the role ${member.role}.`,
})
