/** What people type about what they were notified of. */
import { defineIntent } from '../../core/intent/intent.ts'
import { listNotifications } from './list-notifications.ts'

export const notificationIntents = [
  defineIntent({
    name: 'list-notifications',
    order: 658,
    says: ['[show|list] [me] [my|the|unread] (notifications|news)', "(what's|what is|anything) new"],
    example: 'notifications',
    does: 'List what you were notified of and have not read',
    operation: listNotifications,
    input: () => ({ unread: true }),
  }),
]
