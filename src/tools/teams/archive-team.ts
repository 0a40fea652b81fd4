/** teams.archive: a team whose things are only read from then on. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { stopWorkOfTeam } from '../../domain/people/leaving/stop-work.ts'
import { archiveTeam as archiveTeamIn } from '../../domain/teams/members.ts'
import { assertLeads, getTeam } from '../../domain/teams/store.ts'
import { Team, TeamId, teamLine } from '../../domain/teams/team.ts'

export const archiveTeam = defineOperation({
  name: 'teams.archive',
  summary:
    'Archive a team permanently: its things can only be read, its schedules pause, and the keys of its services end.',
  keywords: 'close, dissolve, delete, end, remove group',
  route: 'POST /v1/teams/:teamId/archive',
  input: z.object({ teamId: TeamId }),
  output: z.object({ team: Team, changed: z.boolean().describe('false: it was archived before') }),
  scope: 'teams:write',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { teamId: 'team_01h455vb4pex5vsknk084sn02q' },
  async run({ teamId }, ctx) {
    const row = await assertLeads(ctx, teamId)
    const changed = row.archivedAt === null
    if (changed) {
      await archiveTeamIn(ctx, row)
      await stopWorkOfTeam(ctx, row)
    }
    return { team: await getTeam(ctx, teamId), changed }
  },
  tell: ({ team, changed }) => `${changed ? 'Archived' : 'Archived before'}: ${teamLine(team)}.`,
})
