/** notifications.settings: what the caller hears of, and where. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import {
  describeSettings,
  NotificationSettings,
  settingLine,
} from '../../domain/notifications/described-settings.ts'

export const getSettings = defineOperation({
  name: 'notifications.settings',
  summary: 'Show what you are notified of and where.',
  details:
    'Quiet hours, your time zone and the channels that you prefer are those of your profile (access.update_profile). During quiet hours only what is urgent is sent; the rest waits until they end.',
  keywords: 'preferences, subscriptions, mute, quiet hours, do not disturb, mail, channels, which alerts',
  route: 'GET /v1/notifications/settings',
  input: z.object({}),
  output: NotificationSettings,
  scope: 'notifications:read',
  effect: 'read',
  repeat: 'natural',
  listed: false,
  example: {},
  run: async (_input, ctx) => await describeSettings(ctx),
  line: settingLine,
  next: () => [
    {
      operation: 'notifications.update_settings',
      input: {},
      ask: { event: 'run.ended, run.* or *', channels: 'gateway, mail ...', off: 'notify me nowhere' },
    },
    {
      operation: 'access.update_profile',
      input: {},
      ask: { timeZone: 'Europe/Paris', channels: 'the best first: slack, mail' },
    },
  ],
  none: 'There is nothing to be notified of.',
  table: ({ items }) => ({
    columns: ['event', 'sent when', 'urgent', 'where'],
    rows: items.map(({ event, title, urgent, channels }) => [
      ...[event, title, urgent ? 'yes' : ''],
      channels.length === 0 ? 'off' : channels.join(', '),
    ]),
  }),
})
