/** webhooks.update: another address, other events, or no events for a while. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { giveUpAll } from '../../domain/outbox/settle.ts'
import { assertUrl, scopesFor } from '../../domain/webhooks/rules.ts'
import { changeWebhook, lockWebhook } from '../../domain/webhooks/store.ts'
import {
  EventPatterns,
  toWebhook,
  WEBHOOK_STATES,
  Webhook,
  WebhookId,
  type WebhookRow,
  WebhookUrl,
  webhookLine,
  webhookUri,
} from '../../domain/webhooks/webhook.ts'
import { webhookHosts } from './settings.ts'

export const updateWebhook = defineOperation({
  name: 'webhooks.update',
  summary: 'Change the address or the events of a webhook, or disable or enable it.',
  details:
    'While a webhook is disabled it hears nothing, and what was waiting for it is given up; webhooks.redeliver asks for that again. Enabling one that failed for too long lets it begin without failures. Enabling it, naming events or giving another address makes it yours: it hears what you may read, for as long as your key may.',
  keywords: 'edit, change url, address, events, pause, stop, disable, enable, resume',
  route: 'PATCH /v1/webhooks/:webhookId',
  input: z.object({
    webhookId: WebhookId,
    url: WebhookUrl.optional(),
    events: EventPatterns.optional(),
    state: z.enum(WEBHOOK_STATES).optional(),
  }),
  output: z.object({ webhook: Webhook }),
  scope: 'webhooks:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  audience: 'people',
  example: { webhookId: 'webhook_01h455vb4pex5vsknk084sn02q', events: ['task.completed', 'run.ended'] },
  async run({ webhookId, url, events, state }, ctx) {
    const row = await lockWebhook(ctx, webhookId)
    if (url !== undefined) assertUrl(url, ctx.settings.of(webhookHosts))
    const isMoved = url !== undefined && url !== row.url
    // The caller who decides where it posts, or what, must be allowed to read that; it ends with them.
    const isDirected = isMoved || events !== undefined || state === 'active'
    const after = await changeWebhook(ctx, row, {
      ...(isMoved && { url, failingSince: null }),
      ...(events !== undefined && { events: [...new Set(events)] }),
      ...(isDirected && heardBy(ctx, events ?? row.events)),
      ...stateAfter(row, state),
    })
    if (after.state === 'disabled' && row.state === 'active') await giveUpAll(ctx.db, webhookId, ctx.now)
    ctx.changed(webhookUri(webhookId), row.ownerId)
    ctx.touched(webhookUri(webhookId), row.ownerId)
    return { webhook: toWebhook(after) }
  },
  tell: ({ webhook }) => `Changed ${webhookLine(webhook)}`,
})

/** From then on it hears what the caller may read. @throws as `scopesFor` */
function heardBy(ctx: Context, events: readonly string[]): Partial<WebhookRow> {
  const { personId, keyId = null } = ctx.actor
  return { personId, keyId, scopes: scopesFor(events, ctx) }
}

function stateAfter(row: WebhookRow, state: WebhookRow['state'] | undefined): Partial<WebhookRow> {
  if (state === undefined || state === row.state) return {}
  return state === 'active' ? { state, reason: null, failingSince: null } : { state, reason: 'asked' }
}
