/** webhooks.test: sends an event of no consequence. */
import { z } from 'zod'
import { OUTBOX_SPACE, OUTBOX_URI } from '../../core/operation/event.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { deliveryLine, toDelivery, WebhookDelivery } from '../../domain/outbox/deliveries.ts'
import { insertTest } from '../../domain/outbox/insert-test.ts'
import { lockActive } from '../../domain/webhooks/store.ts'
import { WebhookId, webhookUri } from '../../domain/webhooks/webhook.ts'
import { webhookTested } from './events.ts'

export const testWebhook = defineOperation({
  name: 'webhooks.test',
  summary: 'Send a webhook.test event to a webhook.',
  keywords: 'try, check, ping, verify endpoint, sample event',
  route: 'POST /v1/webhooks/:webhookId/test',
  input: z.object({ webhookId: WebhookId }),
  output: z.object({ delivery: WebhookDelivery }),
  scope: 'webhooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  example: { webhookId: 'webhook_01h455vb4pex5vsknk084sn02q' },
  async run({ webhookId }, ctx) {
    await lockActive(ctx, webhookId)
    const happened = { uri: webhookUri(webhookId), payload: { webhookId } }
    const delivery = await insertTest(ctx, webhookTested, { receiverId: webhookId, ...happened })
    ctx.changed(OUTBOX_URI, OUTBOX_SPACE)
    return { delivery: toDelivery(delivery) }
  },
  tell: ({ delivery }) => `On its way: ${deliveryLine(delivery)}`,
  next: (_output, { webhookId }) => [{ operation: 'webhooks.deliveries', input: { webhookId } }],
})
