/** inbox.discard: an event is given up. */
import { z } from 'zod'
import { exampleId } from '../../core/operation/ids.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { InboxEvent, InboxEventId, inboxLine, toInboxEvent } from '../../domain/inbox/event.ts'
import { discardEvent as giveUp } from '../../domain/inbox/store.ts'

export const discardEvent = defineOperation({
  name: 'inbox.discard',
  summary: 'Give up an event that is not done; inbox.retry takes that back.',
  keywords: 'drop, dismiss, ignore, skip, cancel, remove, clear a failed webhook, dead letter',
  route: 'POST /v1/inbox/:eventId/discard',
  input: z.object({ eventId: InboxEventId }),
  output: z.object({ event: InboxEvent, changed: z.boolean() }),
  scope: 'inbox:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { eventId: exampleId('inbox') },
  async run({ eventId }, ctx) {
    const { row, changed } = await giveUp(ctx, eventId)
    return { event: toInboxEvent(row, ctx), changed }
  },
  tell: ({ event, changed }) => `${changed ? 'Discarded' : 'Discarded before'}: ${inboxLine(event)}`,
  next: ({ event }) => [{ operation: 'inbox.retry', input: { eventId: event.id } }],
})
