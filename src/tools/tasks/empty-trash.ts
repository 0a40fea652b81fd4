/** tasks.empty_trash: permanently deletes tasks in the trash. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { homeSpace } from '../../domain/access/visible-to.ts'
import { emptyTrash as deleteTrashed } from '../../domain/tasks/trash.ts'
import { lockLedTeam } from '../../domain/teams/store.ts'
import { TeamId } from '../../domain/teams/team.ts'

const DAY_MS = 86_400_000

export const emptyTrash = defineOperation({
  name: 'tasks.empty_trash',
  summary: 'Permanently delete your tasks in the trash, or those of a team that you lead.',
  keywords: 'purge, clear, erase, clean up the bin, permanently, for ever',
  route: 'POST /v1/tasks/empty-trash',
  input: z.object({
    olderThanDays: z
      .int()
      .min(0)
      .max(3650)
      .default(0)
      .describe('Only tasks that were deleted longer ago; 0: all'),
    teamId: TeamId.optional().describe('The trash of this team, which you lead; default: your own'),
  }),
  output: z.object({ deleted: z.int(), more: z.boolean().describe('Call again: more tasks are left') }),
  scope: 'tasks:write',
  effect: 'destroy',
  repeat: 'natural',
  listed: false,
  example: { olderThanDays: 30 },
  async run({ olderThanDays, teamId }, ctx) {
    const ownerId = teamId === undefined ? homeSpace(ctx) : (await lockLedTeam(ctx, teamId)).id
    // Up to and including this moment: a task that went into the trash just now is deleted too.
    const before = new Date(ctx.now.getTime() - olderThanDays * DAY_MS + 1)
    return await deleteTrashed(ctx, ownerId, before)
  },
  tell: ({ deleted, more }) =>
    deleted === 0
      ? 'Nothing to delete.'
      : `Permanently deleted: ${counted(deleted, 'task')}.${more ? ' More are left: call again.' : ''}`,
})
