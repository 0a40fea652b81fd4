/** The event by which the owner of a webhook tries it out. */
import { z } from 'zod'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'

export const webhookTested = defineEvent({
  name: 'webhook.test',
  version: 1,
  summary: 'Its owner tried a webhook out. Only that webhook hears it, whatever its events.',
  payload: z.object({ webhookId: z.string() }),
  scope: 'webhooks:read',
  example: { webhookId: exampleId('webhook') },
})
