/** slack.redeliver: has the bot send again what it gave up, under the ids that the posts had. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { namedDeliveries, REDELIVER_MAX, redeliver } from '../../domain/outbox/deliveries.ts'
import { findDeadReceivers } from '../../domain/slack/posts/dead.ts'

export const redeliverPosts = defineOperation({
  name: 'slack.redeliver',
  summary: 'Have the bot send to Slack again what it gave up, once its cause is mended.',
  details: `Without eventIds, the oldest ${REDELIVER_MAX} posts. The bot looks for each message in Slack before it sends the message again.`,
  keywords: 'retry, resend, repeat, dead letters, failed posts, lost answers',
  route: 'POST /v1/slack/redeliver',
  input: z.object({ eventIds: namedDeliveries }),
  output: z.object({ redelivered: z.int() }),
  scope: 'admin',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: {},
  async run({ eventIds }, ctx) {
    return { redelivered: await redeliver(ctx, await findDeadReceivers(ctx.db), eventIds) }
  },
  tell: ({ redelivered }) => `On the way to Slack again: ${counted(redelivered, 'post')}.`,
})
