/** notifications.read: marks notifications as read. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { NotificationId } from '../../domain/notifications/notification.ts'
import { countUnread, markRead } from '../../domain/notifications/store.ts'

/** The most notifications that one call names. */
const READ_MAX = 100

export const readNotifications = defineOperation({
  name: 'notifications.read',
  summary: 'Mark notifications as read: those named, or all up to one.',
  keywords: 'dismiss, seen, clear, mark all read, acknowledge',
  route: 'POST /v1/notifications/read',
  input: z.object({
    notificationIds: z.array(NotificationId).min(1).max(READ_MAX).optional(),
    upTo: NotificationId.optional().describe('This one and all older ones'),
  }),
  output: z.object({ read: z.int().describe('How many were unread before'), unread: z.int() }),
  scope: 'notifications:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { upTo: exampleId('notification') },
  async run({ notificationIds: ids, upTo }, ctx) {
    if ((ids === undefined) === (upTo === undefined)) throw unclear()
    const read = await markRead(ctx, { ids, upTo })
    return { read, unread: await countUnread(ctx) }
  },
  tell: ({ read, unread }) => `Marked ${read} as read; ${unread} unread.`,
})

function unclear(): AppError {
  return new AppError('invalid_input', 'It is not clear which notifications are meant.', {
    fix: 'Give either notificationIds, or upTo: the newest of those that you have read.',
    issues: [{ path: 'upTo', message: 'needed unless notificationIds is given, and only then' }],
  })
}
