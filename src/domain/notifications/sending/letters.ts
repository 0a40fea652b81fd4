/** Letters in the outbox: stored with the write that sends them, and read again when they are sent. */
import { z } from 'zod'
import type { Letter } from '../../../core/area/message.ts'
import type { Context, Resources } from '../../../core/operation/context.ts'
import { OUTBOX_SPACE, OUTBOX_URI } from '../../../core/operation/event.ts'
import { type OutboxRow, outbox } from '../../outbox/tables.ts'
import { MAIL, type PostedLetter } from '../channel.ts'
import { receiverOf } from './receiver.ts'

/** A letter is delivered once, so that its form never has to be told apart from an earlier one. */
const VERSION = 1

const Posted = z.object({ address: z.string(), payload: z.record(z.string(), z.unknown()) })

interface Addressed<Payload extends z.ZodObject> {
  readonly address: string
  /** URI of the thing that it is about. */
  readonly about: string
  readonly payload: z.output<Payload>
  /** The token of its page, or its code; kept sealed until the letter was sent. */
  readonly token: string
}

/** Stores a letter in the transaction of the call, to be sent once. */
export async function postLetter<Payload extends z.ZodObject>(
  ctx: Pick<Context, 'db' | 'now' | 'newId' | 'changed' | 'secrets'>,
  letter: Letter<Payload>,
  { address, about, payload, token }: Addressed<Payload>,
): Promise<void> {
  const { db, now } = ctx
  await ctx.secrets.put(db, { name: letter.sealedAs(payload), text: token, now })
  await db.insert(outbox).values({
    receiverId: receiverOf(MAIL, address),
    ...{ channel: MAIL, eventId: ctx.newId('event'), event: letter.name, version: VERSION, thing: about },
    payload: { address, payload },
    ...{ happenedAt: now, state: 'waiting', attempts: 0, triedBefore: 0, nextAt: now },
  })
  ctx.changed(OUTBOX_URI, OUTBOX_SPACE)
}

/** Undefined: this gateway knows no such letter (any more). */
export function readLetter({ letters }: Resources, row: OutboxRow): PostedLetter | undefined {
  const letter = letters.find(({ name }) => name === row.event)
  return letter && { id: row.eventId, letter, ...Posted.parse(row.payload) }
}
