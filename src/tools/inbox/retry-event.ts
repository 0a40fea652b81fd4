/** inbox.retry: an event that was given up is handled once more. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { InboxEvent, InboxEventId, inboxLine, toInboxEvent } from '../../domain/inbox/event.ts'
import { retryEvent as makeDue } from '../../domain/inbox/store.ts'

export const retryEvent = defineOperation({
  name: 'inbox.retry',
  summary: 'Handle an event again that failed or was discarded.',
  details:
    'An event of your own hook is mapped again, so that a corrected mapping counts. An event whose outcome is unknown is then called under a new key: check first whether it took effect.',
  keywords: 'redeliver, replay, repeat, try again, resend, webhook, dead letter',
  route: 'POST /v1/inbox/:eventId/retry',
  input: z.object({ eventId: InboxEventId }),
  output: z.object({ event: InboxEvent, changed: z.boolean() }),
  scope: 'inbox:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { eventId: exampleId('inbox') },
  async run({ eventId }, ctx) {
    const { row, changed } = await makeDue(ctx, eventId)
    return { event: toInboxEvent(row, ctx), changed }
  },
  tell: ({ event, changed }) => `${changed ? 'Due again' : 'Due already'}: ${inboxLine(event)}`,
  next: ({ event }) => [{ operation: 'inbox.get', input: { eventId: event.id } }],
})
