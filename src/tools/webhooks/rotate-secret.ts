/** webhooks.rotate_secret: a new secret, beside which the earlier one signs for a while. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { newSecret } from '../../domain/webhooks/secrets.ts'
import { changeWebhook, lockWebhook } from '../../domain/webhooks/store.ts'
import { toWebhook, Webhook, WebhookId, webhookUri } from '../../domain/webhooks/webhook.ts'

/** Hours for which requests are signed with the earlier secret, too. */
const BOTH_HOURS = 24
const HOUR_MS = 60 * 60 * 1000

export const rotateSecret = defineOperation({
  name: 'webhooks.rotate_secret',
  summary: 'Replace the secret of a webhook; the new one is shown once.',
  details: `For ${BOTH_HOURS} hours requests are signed with both secrets, so that the receiver can change over without losing any. A second replacement within that time ends the first secret at once.`,
  keywords: 'new signing secret, key, leaked, renew, change, roll',
  route: 'POST /v1/webhooks/:webhookId/rotate-secret',
  input: z.object({ webhookId: WebhookId }),
  output: z.object({
    webhook: Webhook,
    secret: z.string().nullable().describe('Signs its requests; null when the call is repeated'),
    earlierUntil: z.string().describe('Until when the earlier secret signs, too'),
  }),
  scope: 'webhooks:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  audience: 'people',
  shownOnce: ['secret'],
  example: { webhookId: 'webhook_01h455vb4pex5vsknk084sn02q' },
  async run({ webhookId }, ctx) {
    const row = await lockWebhook(ctx, webhookId)
    const earlierUntil = new Date(ctx.now.getTime() + BOTH_HOURS * HOUR_MS)
    const after = await changeWebhook(ctx, row, { secretNumber: row.secretNumber + 1, earlierUntil })
    ctx.touched(webhookUri(webhookId), row.ownerId)
    const secret = await newSecret(ctx, after)
    return { webhook: toWebhook(after), secret, earlierUntil: earlierUntil.toISOString() }
  },
  tell: ({ webhook, secret, earlierUntil }) =>
    secret === null
      ? `The secret of ${webhook.id} was replaced by an earlier call, which showed it.`
      : `The new secret of ${webhook.id}; the earlier one signs, too, until ${earlierUntil}.\n${secret}\nKeep it now: it is not shown again.`,
})
