/** webhooks.list: the addresses that are told of events. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import { listWebhooks as listWebhooksIn } from '../../domain/webhooks/store.ts'
import { toWebhook, Webhook, webhookLine } from '../../domain/webhooks/webhook.ts'

export const listWebhooks = defineOperation({
  name: 'webhooks.list',
  summary: 'List your webhooks and those of your teams, newest first.',
  keywords: 'show, find, all, callbacks, subscriptions, endpoints, hooks',
  route: 'GET /v1/webhooks',
  input: z.object({ ...pageInput }),
  output: pageOf(Webhook),
  scope: 'webhooks:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  audience: 'people',
  example: {},
  async run(input, ctx) {
    const { items, nextCursor } = await listWebhooksIn(ctx, input)
    return { items: items.map(toWebhook), nextCursor }
  },
  line: webhookLine,
  none: 'No webhooks.',
  table: ({ items }) => ({
    columns: ['id', 'address', 'events', 'owner', 'state', 'failing since'],
    rows: items.map(({ id, url, events, owner, state, reason, failingSince }) => [
      ...[id, url, events.join(' '), owner],
      reason === null ? state : `${state} (${reason})`,
      failingSince ?? '',
    ]),
  }),
})
