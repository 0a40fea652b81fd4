/** What people are told about teams, and the event that tells it. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage } from '../../core/area/message.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { visibleTo } from '../access/visible-to.ts'
import { doerWords } from '../notifications/doer.ts'
import { inPayload } from '../notifications/sight.ts'
import { teams } from './tables.ts'

export const memberAdded = defineEvent({
  name: 'team.member_added',
  version: 1,
  summary: 'A person was added to a team.',
  payload: z.object({
    ...{ teamId: z.string(), team: z.string(), personId: z.string(), role: z.string() },
    by: z.string().describe('Who did it: a person or a service'),
  }),
  scope: 'teams:read',
  example: { teamId: exampleId('team'), team: 'Garden', personId: 'bob', role: 'member', by: 'ada' },
})

export const teamMessages = [
  defineMessage({
    event: memberAdded,
    title: 'Somebody adds you to a team',
    isUrgent: false,
    text: ({ by, team, role }) => `${doerWords(by)} added you to the team ${team}: ${role}`,
    actions: ({ teamId }) => [{ label: 'Show', call: { operation: 'teams.get', input: { teamId } } }],
    isSeen: (viewer) => sql`exists (select from ${teams} where ${teams.id} = ${inPayload('teamId')}
      and ${visibleTo(viewer, { spaceId: teams.id })})`,
  }),
]
