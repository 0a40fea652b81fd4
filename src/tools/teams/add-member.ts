/** teams.add_member: a person who sees all that the team has. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { PersonId } from '../../domain/access/people.ts'
import { assertPeople } from '../../domain/people/visible-people.ts'
import { setMember } from '../../domain/teams/members.ts'
import { listMembers, lockLedTeam } from '../../domain/teams/store.ts'
import { TeamId, TeamMember, TeamRole, teamUri } from '../../domain/teams/team.ts'
import { memberAdded } from '../../domain/teams/team-messages.ts'

export const addMember = defineOperation({
  name: 'teams.add_member',
  summary: 'Add a person to a team.',
  keywords: 'join group, invite colleague, give access, share with',
  route: 'POST /v1/teams/:teamId/members',
  input: z.object({ teamId: TeamId, personId: PersonId, role: TeamRole.default('member') }),
  output: z.object({ member: TeamMember, changed: z.boolean() }),
  scope: 'teams:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { teamId: 'team_01h455vb4pex5vsknk084sn02q', personId: 'ada', role: 'member' },
  async run({ teamId, personId, role }, ctx) {
    const team = await lockLedTeam(ctx, teamId)
    const before = (await listMembers(ctx, teamId)).find((member) => member.personId === personId)
    if (before !== undefined) {
      if (before.role !== role) throw hasOtherRole(before)
      return { member: before, changed: false }
    }
    await assertPeople(ctx, [personId])
    await setMember(ctx, team, { personId, role })
    const { id: by, personId: caller } = ctx.actor
    ctx.emit(memberAdded, {
      ...{ uri: teamUri(teamId), spaceId: teamId },
      payload: { teamId, team: team.name, personId, role, by },
      concerns: personId === caller ? [] : [personId],
    })
    const member = (await listMembers(ctx, teamId)).find((each) => each.personId === personId)
    return { member: member ?? { personId, name: null, role }, changed: true }
  },
  tell: ({ member, changed }) =>
    changed
      ? `${member.personId} is now in the team: ${member.role}.`
      : `${member.personId} was in the team before: ${member.role}.`,
})

function hasOtherRole({ personId, role }: TeamMember): AppError {
  return new AppError('conflict', `${personId} is already in the team, with the role ${role}.`, {
    fix: 'Give them another role with teams.set_member.',
  })
}
