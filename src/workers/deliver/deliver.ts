/** One attempt at a delivery: of an event to a webhook, or of a bundle of messages by a channel. */
import type { Delivery } from '../../domain/outbox/take-due.ts'
import { type BundleParts, deliverBundle } from './deliver-bundle.ts'
import { deliverEvent, type EventParts } from './deliver-event.ts'

export type DeliverParts = EventParts & BundleParts

export async function deliver(parts: DeliverParts, { row, webhook }: Delivery): Promise<void> {
  if (webhook === undefined) await deliverBundle(parts, { row, webhook })
  else await deliverEvent(parts, { row, webhook })
}
