/** One attempt at a delivery: of an event to a webhook, or of a bundle of messages by a channel. */
import type { Delivery } from '../../domain/outbox/take-due.ts'
import { type BundleParts, deliverBundle } from './deliver-bundle.ts'
import { createDeliverEvent, type EventParts } from './deliver-event.ts'

export type DeliverParts = EventParts & BundleParts

export function createDeliver(parts: DeliverParts): (delivery: Delivery) => Promise<void> {
  const deliverEvent = createDeliverEvent(parts)
  return async ({ row, webhook }) => {
    if (webhook === undefined) await deliverBundle(parts, { row, webhook })
    else await deliverEvent({ row, webhook })
  }
}
