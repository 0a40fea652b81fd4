/** Bundles of messages in the outbox: to a person, or to the address of somebody who is no person here yet. */
import type { Message } from '../../../core/area/message.ts'
import type { Context } from '../../../core/operation/context.ts'
import { OUTBOX_SPACE, OUTBOX_URI } from '../../../core/operation/event.ts'
import { outbox } from '../../outbox/tables.ts'
import type { Recipient } from '../channel.ts'

/** What stands for the event in the row of a bundle to a person. */
export const BUNDLE_EVENT = 'notification.bundle'

/** The receiver of bundles in the outbox. */
export function receiverOf(channel: string, to: Recipient): string {
  return `${channel}:${'personId' in to ? to.personId : to.address}`
}

interface ToAddress {
  readonly channel: string
  readonly address: string
  readonly message: Message
  /** URI of the thing. */
  readonly about: string
  /** That of the message's event, without a secret in the clear: it is kept for weeks. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** Stores a message to an address in the transaction of the call, to be sent once. Answers with the id of its bundle. */
export async function sendToAddress(
  ctx: Pick<Context, 'db' | 'now' | 'newId' | 'changed'>,
  { channel, address, message, about, payload }: ToAddress,
): Promise<string> {
  const eventId = ctx.newId('event')
  await ctx.db.insert(outbox).values({
    receiverId: receiverOf(channel, { address }),
    ...{ channel, eventId, event: message.name, version: message.event.version, thing: about },
    payload: { address, payload },
    ...{ happenedAt: ctx.now, state: 'waiting', attempts: 0, triedBefore: 0, nextAt: ctx.now },
  })
  ctx.changed(OUTBOX_URI, OUTBOX_SPACE)
  return eventId
}
