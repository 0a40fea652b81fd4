/**
 * Delivers what is due, as soon as a write has stored it: events to webhooks, and notifications to the channels of their
 * people. Every worker process has a sender; each delivery is one
 * sender's, by its lease. Notices of writes wake it, and a timer finds what was lost and what is due again.
 */
import { OUTBOX_URI } from '../../core/operation/event.ts'
import { planSending } from '../../domain/notifications/sending/plan.ts'
import type { OutboxRow } from '../../domain/outbox/tables.ts'
import { type Delivery, takeDue } from '../../domain/outbox/take-due.ts'
import { createDeliver, type DeliverParts } from './deliver.ts'

/** Milliseconds between two looks without a notice: limits how late a lost or repeated delivery is. */
const LOOK_EVERY_MS = 2_000
/** Deliveries under way in this process. */
const UNDER_WAY_MAX = 32
/** A receiver with as many under way gets no more, and at most as many at once: a slow one leaves room for the others. */
const PER_RECEIVER = 4

export interface Sender {
  /** Takes no more, and waits for the deliveries under way. */
  close(): Promise<void>
}

export function startSender(parts: DeliverParts): Sender {
  const { runtime, carriers = [] } = parts
  const deliver = createDeliver(parts)
  const oneByOne = carriers.map(({ channel }) => channel)
  const underWay = new Map<Promise<void>, OutboxRow>()
  const state = { isClosed: false, isWanted: false, looking: undefined as Promise<void> | undefined }

  function start(delivery: Delivery): void {
    const { receiverId, eventId } = delivery.row
    const sent = deliver(delivery)
      // Its lease ends, and it is delivered again under the same id.
      .catch((err: unknown) => runtime.log.error({ err, receiverId, eventId }, 'a delivery was not recorded'))
      .finally(() => {
        underWay.delete(sent)
        look()
      })
    underWay.set(sent, delivery.row)
  }

  async function take(): Promise<void> {
    await planSending(runtime)
    const { limit, busy } = room([...underWay.values()], oneByOne)
    if (limit === 0) return
    const held = carriers.flatMap((carrier) => carrier.held())
    const wanted = { limit, perReceiver: PER_RECEIVER, busy: [...busy, ...held], oneByOne }
    for (const delivery of await takeDue(runtime.resources.db, { now: runtime.now(), ...wanted }))
      start(delivery)
  }

  async function takeWhileWanted(): Promise<void> {
    do {
      state.isWanted = false
      await take().catch((err: unknown) => runtime.log.warn({ err }, 'due deliveries could not be read'))
    } while (state.isWanted && !state.isClosed)
  }

  function look(): void {
    state.isWanted = true
    if (state.isClosed) return
    state.looking ??= takeWhileWanted().finally(() => {
      state.looking = undefined
    })
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  const unwatch = runtime.watch(({ uris }) => {
    if (uris.includes(OUTBOX_URI)) look()
  })
  for (const carrier of carriers) carrier.onFree(look)
  look()
  return {
    async close() {
      state.isClosed = true
      unwatch()
      clearInterval(timer)
      await state.looking
      await Promise.all(underWay.keys())
    },
  }
}

/** How much more may be under way. */
function room(underWay: readonly OutboxRow[], oneByOne: readonly string[]) {
  const counts = new Map<string, number>()
  for (const { receiverId, channel } of underWay) {
    const share = oneByOne.includes(channel) ? PER_RECEIVER : 1
    counts.set(receiverId, (counts.get(receiverId) ?? 0) + share)
  }
  const busy = [...counts].filter(([, count]) => count >= PER_RECEIVER).map(([id]) => id)
  return { limit: UNDER_WAY_MAX - underWay.length, busy }
}
