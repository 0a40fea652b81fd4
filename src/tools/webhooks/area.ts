/** Webhooks: addresses that are told of events. */
import { defineArea } from '../../core/area/area.ts'
import { defineExpiry } from '../../core/area/expiry.ts'
import { deleteOldDeliveries } from '../../domain/outbox/deliveries.ts'
import { webhookKind, webhookLimit } from '../../domain/webhooks/store.ts'
import { webhookDisabled, webhookMessages } from '../../domain/webhooks/webhook-messages.ts'
import { createWebhook } from './create-webhook.ts'
import { deleteWebhook } from './delete-webhook.ts'
import { webhookTested } from './events.ts'
import { listDeliveries } from './list-deliveries.ts'
import { listWebhooks } from './list-webhooks.ts'
import { redeliverEvents } from './redeliver-events.ts'
import { rotateSecret } from './rotate-secret.ts'
import { webhookHosts } from './settings.ts'
import { testWebhook } from './test-webhook.ts'
import { updateWebhook } from './update-webhook.ts'

export const webhooks = defineArea({
  name: 'webhooks',
  ids: [webhookKind, 'event'],
  scopes: {
    'webhooks:read': {
      agents: 'addresses of webhooks may contain secrets',
      keyless: 'addresses of webhooks may contain secrets',
    },
    'webhooks:end': {
      includes: ['webhooks:read'],
      agents: 'addresses of webhooks may contain secrets',
      keyless: 'addresses of webhooks may contain secrets',
      guests: true,
    },
    'webhooks:write': {
      includes: ['webhooks:end'],
      agents: 'a webhook keeps sending after the run of the agent has ended',
      keyless: 'a webhook keeps sending after the way in is closed',
    },
  },
  settings: [webhookHosts],
  events: [webhookTested, webhookDisabled],
  messages: webhookMessages,
  expires: [defineExpiry({ name: 'deliveries', deletePast: ({ db }, now) => deleteOldDeliveries(db, now) })],
  limits: [webhookLimit],
  operations: [
    createWebhook,
    listWebhooks,
    updateWebhook,
    rotateSecret,
    testWebhook,
    listDeliveries,
    redeliverEvents,
    deleteWebhook,
  ],
})
