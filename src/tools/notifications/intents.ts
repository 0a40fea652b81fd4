/** What people type about what they were notified of, and about when and where they are. */
import { defineIntent } from '../../core/intent/intent.ts'
import { getSettings } from './get-settings.ts'
import { listNotifications } from './list-notifications.ts'
import { updateSettings } from './update-settings.ts'

const ALL = '[my|the|all] [the] (notifications|alerts)'
/** The pattern of all events. */
const EVERY_EVENT = '*'

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
  defineIntent({
    name: 'show-notification-settings',
    order: 661,
    says: ['[show|list|change] [me] [my|the] notification (settings|preferences)'],
    example: 'notification settings',
    does: 'Show what you are notified of, and where',
    operation: getSettings,
    input: () => ({}),
  }),
  defineIntent({
    name: 'mute-notifications',
    order: 663,
    says: [
      `(turn|switch) (off ${ALL}|${ALL} off)`,
      `(stop|mute|disable|silence|no|no more) ${ALL}`,
      `${ALL} off`,
      '(stop|quit) notifying me',
      "(don't|dont|do not) notify me [of anything|about anything|anymore|any more]",
      'notify me nowhere',
    ],
    example: 'turn notifications off',
    does: 'Be notified of nothing; "notifications on" ends it',
    operation: updateSettings,
    input: () => ({ event: EVERY_EVENT, off: true }),
    tells: () =>
      'You are notified of nothing now, not even of approvals that wait for you. "notifications on" ends it; "quiet hours 10pm to 7am" would keep only the nights quiet.',
    offers: () => [{ label: 'Turn on again', say: 'notifications on' }],
  }),
  defineIntent({
    name: 'unmute-notifications',
    order: 665,
    says: [
      `(turn|switch) (on ${ALL}|${ALL} on)`,
      `(start|unmute|enable|resume) ${ALL}`,
      `${ALL} on`,
      'notify me again',
    ],
    example: 'notifications on',
    operation: updateSettings,
    input: () => ({ event: EVERY_EVENT }),
    tells: () => 'You are notified of everything again. "notification settings" shows where.',
  }),
  defineIntent({
    name: 'show-quiet-hours',
    order: 655,
    says: [
      '[show] [me] [my|the] quiet hours [on]',
      "(what are|what's|whats|when are|do i have) my quiet hours",
      'do i have quiet hours',
      '(turn|switch) (on [my] quiet hours|[my] quiet hours on)',
      "(do not|don't|dont) disturb [me]",
      'dnd [on]',
    ],
    example: 'quiet hours',
    does: 'Show between which times nothing disturbs you',
    operation: getSettings,
    input: () => ({}),
    tells: ({ quietHours }) =>
      quietHours === null
        ? 'You have no quiet hours. "quiet hours 10pm to 7am" sets them.'
        : `Quiet hours: ${quietHours.from} to ${quietHours.to}. "quiet hours off" ends them, and "quiet hours 10pm to 7am" sets others.`,
  }),
]
