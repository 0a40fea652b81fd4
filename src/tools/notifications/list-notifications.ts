/** notifications.list: what the caller was notified of. */
import { z } from 'zod'
import { NOTIFICATIONS_URI } from '../../core/operation/event.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { tellList } from '../../core/operation/tell-list.ts'
import { pageInput, pageOf } from '../../core/schema/page.ts'
import {
  Notification,
  notificationLine,
  notificationText,
  sentText,
} from '../../domain/notifications/notification.ts'
import { KEPT_DAYS, NOTIFICATIONS_MAX } from '../../domain/notifications/retention.ts'
import { withSent } from '../../domain/notifications/sending/channel-deliveries.ts'
import { countUnread, listNotifications as listThem } from '../../domain/notifications/store.ts'

/** The most next calls that are shown. */
const NEXT_MAX = 2

export const listNotifications = defineOperation({
  name: 'notifications.list',
  summary: 'List what you were notified of, newest first, and how much of it is unread.',
  details: `Only what you may still see is listed. A notification counts as read once its matter is settled: an approval that was decided, for example. Notifications are kept for ${KEPT_DAYS} days, and at most the latest ${NOTIFICATIONS_MAX}.`,
  keywords: "show, inbox, alerts, what's new, news, unread, mentions, assigned to me, waiting for me, bell",
  route: 'GET /v1/notifications',
  input: z.object({ unread: z.boolean().optional(), ...pageInput }),
  output: pageOf(Notification).extend({ unread: z.int().describe('How many are unread in all') }),
  scope: 'notifications:read',
  effect: 'read',
  repeat: 'natural',
  resource: {
    uri: NOTIFICATIONS_URI,
    name: 'notifications',
    title: 'Notifications',
    description: 'What you were notified of, newest first.',
  },
  example: { unread: true },
  async run(query, ctx) {
    const { items, nextCursor } = await listThem(ctx, query)
    return { items: await withSent(ctx, items), nextCursor, unread: await countUnread(ctx) }
  },
  line: notificationLine,
  none: 'No notifications.',
  tell: (page, reader) => {
    const line = (item: Notification) => notificationLine(item, reader)
    const told = tellList(page, { line, none: 'No notifications.' })
    return page.items.length === 0 ? told : `${told}\n${page.unread} unread.`
  },
  table: ({ items }) => ({
    columns: ['', 'what', 'when', 'sent', 'id'],
    rows: items.map((item) => [
      ...[item.unread ? '●' : '', notificationText(item), item.happenedAt],
      ...[sentText(item.sent), item.id],
    ]),
  }),
  next: ({ items }) =>
    [
      ...items.flatMap(({ actions }) => actions.map(({ operation, input }) => ({ operation, input }))),
      ...items
        .filter(({ unread }) => unread)
        .slice(0, 1)
        .map(({ id }) => ({ operation: 'notifications.read', input: { upTo: id } })),
    ].slice(0, NEXT_MAX),
})
