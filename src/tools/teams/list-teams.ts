/** teams.list: the teams that the caller sees. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { listTeams as listTeamsIn } from '../../domain/teams/store.ts'
import { Team, teamLine } from '../../domain/teams/team.ts'

export const listTeams = defineOperation({
  name: 'teams.list',
  summary: 'List your teams; admins of the gateway see all teams.',
  keywords: 'groups, my teams, which teams, departments',
  route: 'GET /v1/teams',
  input: z.object({
    archived: z.boolean().default(false).describe('Archived teams instead of the others'),
    ...pageInput,
  }),
  output: pageOf(Team),
  scope: 'teams:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: (input, ctx) => listTeamsIn(ctx, input),
  line: teamLine,
  none: 'No teams.',
  table: ({ items }) => ({
    columns: ['id', 'name', 'your role', 'members', 'archived'],
    rows: items.map(({ id, name, role, members, archivedAt }) => [
      id,
      name,
      role ?? '',
      String(members),
      archivedAt ?? '',
    ]),
  }),
})
