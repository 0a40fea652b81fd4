/** An event for one webhook, whatever it hears otherwise. */
import type { Context } from '../../core/operation/context.ts'
import type { Event } from '../../core/operation/event.ts'
import { type OutboxRow, outbox } from './tables.ts'

interface Addressed {
  readonly receiverId: string
  readonly uri: string
  readonly payload: Readonly<Record<string, unknown>>
}

export async function insertTest(
  { db, now, newId }: Pick<Context, 'db' | 'now' | 'newId'>,
  { name, version }: Event,
  { receiverId, uri, payload }: Addressed,
): Promise<OutboxRow> {
  const [row] = await db
    .insert(outbox)
    .values({
      ...{ receiverId, eventId: newId('event'), event: name, version, thing: uri, payload },
      ...{ happenedAt: now, state: 'waiting', attempts: 0, triedBefore: 0, nextAt: now },
    })
    .returning()
  if (row === undefined) throw new Error('a delivery was not inserted')
  return row
}
