/** Teams: people who share all that the team has. */

import { defineArea } from '../../core/area/area.ts'
import { teamLimit } from '../../domain/limits/team-limit.ts'
import { teamKind } from '../../domain/teams/store.ts'
import { memberAdded, teamMessages } from '../../domain/teams/team-messages.ts'
import { addMember } from './add-member.ts'
import { archiveTeam } from './archive-team.ts'
import { createTeam } from './create-team.ts'
import { getTeam } from './get-team.ts'
import { teamIntents } from './intents.ts'
import { listTeams } from './list-teams.ts'
import { removeMember } from './remove-member.ts'
import { setMember } from './set-member.ts'
import { updateTeam } from './update-team.ts'

export const teams = defineArea({
  name: 'teams',
  ids: [teamKind],
  scopes: {
    'teams:read': {},
    'teams:leave': {
      includes: ['teams:read'],
      agents: 'who sees what a team has is for people to decide',
      keyless: 'who sees what a team has is for people to decide',
      guests: true,
    },
    'teams:write': {
      includes: ['teams:leave'],
      agents: 'who sees what a team has is for people to decide',
      keyless: 'a member who was added stays after the way in is closed',
    },
  },
  events: [memberAdded],
  messages: teamMessages,
  limits: [teamLimit],
  intents: teamIntents,
  operations: [createTeam, listTeams, getTeam, updateTeam, archiveTeam, addMember, setMember, removeMember],
})
