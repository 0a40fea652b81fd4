/** webhooks.deliveries: what was sent to a webhook, what waits for it, and what was given up. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { grants } from '../../core/operation/scopes.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import {
  DELIVERY_STATES,
  deliveryLine,
  KEPT_DAYS,
  listDeliveries as listDeliveriesIn,
  toDeliveries,
  WebhookDelivery,
} from '../../domain/outbox/deliveries.ts'
import { getWebhook } from '../../domain/webhooks/store.ts'
import { WebhookId } from '../../domain/webhooks/webhook.ts'

export const listDeliveries = defineOperation({
  name: 'webhooks.deliveries',
  summary: 'List the deliveries of a webhook, newest first.',
  details: `state dead lists those that were given up. Deliveries are kept for ${KEPT_DAYS.delivered} days after they arrived, and for ${KEPT_DAYS.dead} days after they were given up.`,
  keywords: 'log, attempts, history, failed, dead letters, sent events, status, errors',
  route: 'GET /v1/webhooks/:webhookId/deliveries',
  input: z.object({ webhookId: WebhookId, state: z.enum(DELIVERY_STATES).optional(), ...pageInput }),
  output: pageOf(WebhookDelivery),
  scope: 'webhooks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  audience: 'people',
  example: { webhookId: 'webhook_01h455vb4pex5vsknk084sn02q', state: 'dead' },
  async run({ webhookId, ...query }, ctx) {
    await getWebhook(ctx, webhookId)
    const { items, nextCursor } = await listDeliveriesIn(ctx.db, [webhookId], query)
    const shown = await toDeliveries(ctx, items)
    return { items: shown.map((each) => withheldFrom(ctx, each)), nextCursor }
  },
  line: deliveryLine,
  none: 'No deliveries.',
  table: ({ items }) => ({
    columns: ['id', 'event', 'about', 'happened', 'state', 'attempts', 'next', 'last'],
    rows: items.map((item) => [
      ...[item.eventId, item.event, item.about, item.happenedAt, item.state, String(item.attempts)],
      item.nextAt ?? '',
      item.lastError ?? (item.lastStatus === null ? '' : String(item.lastStatus)),
    ]),
  }),
})

/** A reader of webhooks sees what was told of the events that they may read themselves. */
function withheldFrom({ actor, events }: Context, delivery: WebhookDelivery): WebhookDelivery {
  const scope = events.find(({ name }) => name === delivery.event)?.scope ?? 'admin'
  return grants(actor.scopes, scope) ? delivery : { ...delivery, data: `Not shown: needs ${scope}.` }
}
