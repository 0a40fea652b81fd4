/** What people are told about their webhooks, and the event that tells it. */
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { defineMessage } from '../../core/area/message.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { visibleTo } from '../access/visible-to.ts'
import { inPayload } from '../notifications/sight.ts'
import { webhooks } from './tables.ts'

export const webhookDisabled = defineEvent({
  name: 'webhook.disabled',
  version: 1,
  summary:
    'A webhook was disabled: it failed for too long, its receiver is gone, or its maker lost the right to it.',
  payload: z.object({ webhookId: z.string(), url: z.string(), reason: z.string() }),
  scope: 'webhooks:read',
  example: { webhookId: exampleId('webhook'), url: 'https://example.com/hooks', reason: 'failing' },
})

const REASONS: Readonly<Record<string, string>> = {
  failing: 'it has failed for too long',
  gone: 'the receiver says that it is gone',
  lost: 'its maker may no longer read what it hears',
}

export const webhookMessages = [
  defineMessage({
    event: webhookDisabled,
    title: 'Your webhook is disabled',
    isUrgent: false,
    text: ({ url, reason }) => `Your webhook ${url} is disabled: ${REASONS[reason] ?? reason}`,
    actions: ({ webhookId }) => [
      { label: 'Deliveries', call: { operation: 'webhooks.deliveries', input: { webhookId } } },
    ],
    isSeen: (viewer) => sql`exists (select from ${webhooks} where ${webhooks.id} = ${inPayload('webhookId')}
      and ${visibleTo(viewer, { spaceId: webhooks.ownerId })})`,
    isOpen: sql`exists (select from ${webhooks} where ${webhooks.id} = ${inPayload('webhookId')}
      and ${webhooks.state} = 'disabled')`,
  }),
]
