/** notifications.redeliver: has channels send again, under the ids that the deliveries had. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { ownReceivers } from '../../domain/notifications/sending/channel-deliveries.ts'
import { namedDeliveries, REDELIVER_MAX, redeliver } from '../../domain/outbox/deliveries.ts'

export const redeliverMessages = defineOperation({
  name: 'notifications.redeliver',
  summary: 'Have channels such as mail send you again what was given up, or named deliveries.',
  details: `Without eventIds, the oldest ${REDELIVER_MAX} that were given up. What you have read meanwhile is left out, and a mail keeps its Message-ID.`,
  keywords: 'retry, resend, repeat, mail me again, dead letters, failed deliveries',
  route: 'POST /v1/notifications/redeliver',
  input: z.object({
    eventIds: namedDeliveries,
  }),
  output: z.object({ redelivered: z.int() }),
  scope: 'notifications:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  example: {},
  async run({ eventIds }, ctx) {
    const redelivered = await redeliver(ctx, ownReceivers(ctx), eventIds)
    return { redelivered }
  },
  tell: ({ redelivered }) => `On the way again: ${counted(redelivered, 'delivery', 'deliveries')}.`,
})
