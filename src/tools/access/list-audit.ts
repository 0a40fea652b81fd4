/** access.list_audit: every call that wrote, or tried to. */
import { z } from 'zod'
import { ERROR_CODES } from '../../core/errors.ts'
import { DOORS } from '../../core/operation/actor.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { Moment } from '../../core/schema/ranges.ts'
import { assertAdmin } from '../../domain/access/admin.ts'
import { AuditEntry, listAudit as listAuditIn } from '../../domain/access/audit.ts'
import { ledBy } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

const NAME_MAX_CHARS = 100

export const listAudit = defineOperation({
  name: 'access.list_audit',
  summary: 'List changes and refused calls: by whom, through which door, newest first.',
  details:
    'Besides your own calls it shows calls of other people that changed your things, such as completing a task that was given to them.',
  keywords: 'log, history, who did it, who changed this, changes, trail, activity',
  route: 'GET /v1/audit',
  input: z.object({
    everyone: z.boolean().default(false).describe("Everybody's entries; needs admin"),
    teamId: TeamId.optional().describe('What was done to the things of a team that you lead'),
    operation: z.string().max(NAME_MAX_CHARS).optional().describe('Such as tasks.create'),
    outcome: z.enum(['ok', ...ERROR_CODES]).optional(),
    actor: z.string().max(NAME_MAX_CHARS).optional().describe('Id of a person, or of the key of a service'),
    door: z.enum(DOORS).optional(),
    since: Moment.optional(),
    until: Moment.optional().describe('Entries before this moment'),
    ...pageInput,
  }),
  output: pageOf(AuditEntry),
  scope: 'access:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: { operation: 'tasks.create', limit: 20 },
  async run(input, ctx) {
    if (input.everyone) assertAdmin(ctx, "see everybody's entries")
    return listAuditIn(ctx, { ...input, holder: await ledBy(ctx, input.teamId) })
  },
  line: ({ at, actor, door, operation, outcome, requestId, touched, alsoFailed }) =>
    `${at} ${actor.kind} ${actor.id} through ${door}: ${operation} ${outcome} (${requestId ?? touched.join(', ')})${
      alsoFailed === 0 ? '' : ` and ${alsoFailed} more failed calls within the minute`
    }`,
  none: 'Nothing recorded.',
  table: ({ items }) => ({
    columns: ['at', 'who', 'door', 'operation', 'outcome', 'ms', 'request'],
    rows: items.map((entry) => [
      entry.at,
      entry.actor.id,
      entry.door,
      entry.operation,
      entry.alsoFailed === 0 ? entry.outcome : `${entry.outcome} (+${entry.alsoFailed})`,
      String(entry.durationMs),
      entry.requestId ?? '',
    ]),
  }),
})
