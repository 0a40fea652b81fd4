/** webhooks.redeliver: sends events again, under the ids that they had. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { counted } from '../../core/text/counts.ts'
import { namedDeliveries, REDELIVER_MAX, redeliver } from '../../domain/outbox/deliveries.ts'
import { lockActive } from '../../domain/webhooks/store.ts'
import { WebhookId, webhookUri } from '../../domain/webhooks/webhook.ts'

export const redeliverEvents = defineOperation({
  name: 'webhooks.redeliver',
  summary: 'Send events to a webhook again: those that were given up, or named ones.',
  details: `Without eventIds, the oldest ${REDELIVER_MAX} that were given up. Each keeps its webhook-id, so that a receiver can leave out what arrived before.`,
  keywords: 'retry, replay, resend, repeat, dead letters, failed deliveries',
  route: 'POST /v1/webhooks/:webhookId/redeliver',
  input: z.object({
    webhookId: WebhookId,
    eventIds: namedDeliveries,
  }),
  output: z.object({ redelivered: z.int() }),
  scope: 'webhooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  example: { webhookId: 'webhook_01h455vb4pex5vsknk084sn02q' },
  async run({ webhookId, eventIds }, ctx) {
    const row = await lockActive(ctx, webhookId)
    const redelivered = await redeliver(ctx, [webhookId], eventIds)
    ctx.touched(webhookUri(webhookId), row.ownerId)
    return { redelivered }
  },
  tell: ({ redelivered }) => `On the way again: ${counted(redelivered, 'event')}.`,
})
