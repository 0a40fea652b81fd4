/** webhooks.delete: tells an address of nothing more. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { forgetDeliveries } from '../../domain/outbox/deliveries.ts'
import { forgetSecrets } from '../../domain/webhooks/secrets.ts'
import { deleteWebhook as deleteIt, lockToEnd } from '../../domain/webhooks/store.ts'
import { WebhookId, webhookUri } from '../../domain/webhooks/webhook.ts'

export const deleteWebhook = defineOperation({
  name: 'webhooks.delete',
  summary: 'Delete a webhook with its secret and its deliveries.',
  keywords: 'remove, unsubscribe, stop, endpoint, callback',
  route: 'DELETE /v1/webhooks/:webhookId',
  input: z.object({ webhookId: WebhookId }),
  output: z.object({ webhookId: z.string() }),
  scope: 'webhooks:end',
  effect: 'destroy',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  example: { webhookId: 'webhook_01h455vb4pex5vsknk084sn02q' },
  async run({ webhookId }, ctx) {
    const row = await lockToEnd(ctx, webhookId)
    await deleteIt(ctx, webhookId)
    await forgetDeliveries(ctx.db, webhookId)
    await forgetSecrets(ctx, row)
    ctx.changed(webhookUri(webhookId), row.ownerId)
    ctx.touched(webhookUri(webhookId), row.ownerId)
    return { webhookId }
  },
  tell: ({ webhookId }) => `Deleted ${webhookId}.`,
})
