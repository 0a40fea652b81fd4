/** slack.unpair: a user of Slack is the caller no longer. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { personUri } from '../../domain/people/person.ts'
import { unlinkUser } from '../../domain/slack/pairings.ts'

const USER_MAX_CHARS = 200

export const unpairUser = defineOperation({
  name: 'slack.unpair',
  summary: 'End that a user of Slack is you.',
  keywords: 'disconnect slack, unlink account, remove',
  route: 'POST /v1/slack/unpair',
  input: z.object({
    user: z.string().min(1).max(USER_MAX_CHARS).describe('As in slack.status: T0123ABCD/U0123ABCD'),
  }),
  output: z.object({ user: z.string(), changed: z.boolean() }),
  scope: 'slack:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { user: 'T0123ABCD/U0123ABCD' },
  async run({ user }, ctx) {
    const changed = await unlinkUser(ctx, user)
    ctx.changed(personUri(ctx.actor.personId))
    return { user, changed }
  },
  tell: ({ user, changed }) => (changed ? `${user} is you no longer.` : `${user} was not you.`),
})
