/** notifications.deliveries: what channels have sent to the caller, what waits, and what was given up. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import {
  ChannelDelivery,
  channelDeliveryLine,
  ownReceivers,
  toChannelDelivery,
} from '../../domain/notifications/sending/channel-deliveries.ts'
import { DELIVERY_STATES, KEPT_DAYS, listDeliveries } from '../../domain/outbox/deliveries.ts'

export const listChannelDeliveries = defineOperation({
  name: 'notifications.deliveries',
  summary: 'List what mail and other channels have sent you of your notifications, newest first.',
  details: `state dead lists what was given up; delivered includes what had nothing to send. Deliveries are kept for ${KEPT_DAYS.delivered} days after they arrived, and for ${KEPT_DAYS.dead} days after they were given up. Those to your webhooks are in webhooks.deliveries.`,
  keywords:
    'mails, log, attempts, history, failed, dead letters, not arrived, bounced, errors, did you mail me',
  route: 'GET /v1/notifications/deliveries',
  input: z.object({ state: z.enum(DELIVERY_STATES).optional(), ...pageInput }),
  output: pageOf(ChannelDelivery),
  scope: 'notifications:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  audience: 'people',
  example: { state: 'dead' },
  async run(query, ctx) {
    const { items, nextCursor } = await listDeliveries(ctx.db, ownReceivers(ctx), query)
    return { items: items.map(toChannelDelivery), nextCursor }
  },
  line: channelDeliveryLine,
  none: 'No deliveries.',
  table: ({ items }) => ({
    columns: ['id', 'channel', 'notifications', 'made', 'state', 'attempts', 'next', 'last'],
    rows: items.map((item) => [
      ...[item.eventId, item.channel, String(item.notificationIds.length), item.happenedAt, item.state],
      ...[String(item.attempts), item.nextAt ?? '', item.lastError ?? ''],
    ]),
  }),
  next: ({ items }) =>
    items.some(({ state }) => state === 'dead') ? [{ operation: 'notifications.redeliver', input: {} }] : [],
})
