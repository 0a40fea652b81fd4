/** What channels have sent a person, and what they gave up: in the sight of that person alone, who has it sent again. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { countDeadLetters } from '../../../src/domain/outbox/deliveries.ts'
import { listChannelDeliveries } from '../../../src/tools/notifications/list-channel-deliveries.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { readNotifications } from '../../../src/tools/notifications/read-notifications.ts'
import { redeliverMessages } from '../../../src/tools/notifications/redeliver-messages.ts'
import { ADA, type NotifiedWorld, openNotified } from './notified.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let world: NotifiedWorld
beforeEach(async () => {
  world = await openNotified()
})
afterEach(() => world?.gateway.close())

async function deliveries(actor: object = ADA, state?: 'dead') {
  const { invoke, as } = world.gateway
  return (await invoke(listChannelDeliveries, { state }, as(actor))).output.items
}

async function redeliver(actor: object, eventIds?: string[]): Promise<number> {
  const { invoke, as } = world.gateway
  return (await invoke(redeliverMessages, { eventIds }, as(actor))).output.redelivered
}

it('what is refused is listed as dead, and is sent again under its id', async () => {
  const { clock, db, invoke, as } = world.gateway
  world.answers(() => ({ kind: 'refused', why: 'no such mailbox' }))
  await world.give('ada', 'One')
  world.later(GATHER_MS)
  await world.send()
  const [dead] = await deliveries(ADA, 'dead')
  const [told] = await world.list(ADA)
  expect(dead).toEqual({
    ...{ eventId: world.sent[0]?.id, channel: 'mail', notificationIds: [told?.id], state: 'dead' },
    ...{ attempts: 1, lastError: 'no such mailbox', nextAt: null },
    ...{ happenedAt: clock.now().toISOString(), lastAt: clock.now().toISOString() },
  })
  expect(told?.sent).toEqual([{ channel: 'mail', state: 'dead', error: 'no such mailbox' }])
  const { output } = await invoke(listNotifications, {}, as(ADA))
  expect(listNotifications.tell(output)).toContain('mail failed')
  const since = (days: number) => new Date(clock.now().getTime() - days * DAY_MS)
  expect(await countDeadLetters(db, since(1))).toEqual([
    { channel: 'mail', count: 1, lastError: 'no such mailbox' },
  ])
  expect(await countDeadLetters(db, since(0))).toEqual([])

  // Others neither see it nor send it again.
  expect([await deliveries({}), await redeliver({}, [dead?.eventId ?? ''])]).toEqual([[], 0])
  world.answers(() => ({ kind: 'sent' }))
  expect(await redeliver(ADA)).toBe(1)
  expect((await deliveries()).map(({ state }) => state)).toEqual(['waiting'])
  await world.send()
  expect(world.sent.map(({ id }) => id)).toEqual([dead?.eventId, dead?.eventId])
  expect((await world.list(ADA))[0]?.sent).toEqual([{ channel: 'mail', state: 'delivered', error: null }])

  // What was read meanwhile is not sent again, and neither says that it was.
  await invoke(readNotifications, { notificationIds: [told?.id ?? ''] }, as(ADA))
  expect(await redeliver(ADA, [dead?.eventId ?? ''])).toBe(1)
  await world.send()
  expect(world.sent).toHaveLength(2)
  expect((await deliveries()).map(({ state, lastError }) => [state, lastError])).toEqual([
    ['unsent', expect.stringContaining('nothing was left to tell')],
  ])
})
