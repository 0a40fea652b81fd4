/** Notifications: what people are told of, and where. */
import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { defineHomeSection } from '../../core/area/home-section.ts'
import { notificationCreated } from '../../domain/notifications/notification-events.ts'
import { timeControls, whereControls } from '../../domain/notifications/preference-controls.ts'
import { deleteOldNotifications } from '../../domain/notifications/retention.ts'
import { getSettings } from './get-settings.ts'
import { notificationIntents } from './intents.ts'
import { listChannelDeliveries } from './list-channel-deliveries.ts'
import { listNotifications } from './list-notifications.ts'
import { readNotifications } from './read-notifications.ts'
import { redeliverMessages } from './redeliver-messages.ts'
import { updateSettings } from './update-settings.ts'

export const notifications = defineArea({
  name: 'notifications',
  ids: ['notification'],
  scopes: {
    'notifications:read': {},
    'notifications:write': {
      agents: 'an agent could keep its person from hearing of what it does',
      keyless: true,
      guests: true,
    },
  },
  events: [notificationCreated],
  expires: [
    defineExpiry({ name: 'notifications', deletePast: ({ db }, now) => deleteOldNotifications(db, now) }),
  ],
  home: [
    defineHomeSection({
      title: 'Notifications',
      order: 10,
      operation: listNotifications,
      input: { unread: true },
    }),
    defineHomeSection({
      ...{ title: 'Your time', order: 900, operation: getSettings, input: {} },
      controls: (settings) => timeControls(settings, { updateProfile: 'access.update_profile' }),
    }),
    defineHomeSection({
      ...{ title: 'Where you hear of things', order: 910, operation: getSettings, input: {} },
      controls: (settings) => whereControls(settings, { updateSettings: updateSettings.name }),
    }),
  ],
  intents: notificationIntents,
  operations: [
    listNotifications,
    readNotifications,
    getSettings,
    updateSettings,
    listChannelDeliveries,
    redeliverMessages,
  ],
})
