/** What Slack sends through the socket of a whole gateway. */
import { afterAll, expect, test, vi } from 'vitest'
import { openReceiveWorld } from './receive-world.ts'

const world = await openReceiveWorld('socket')
const { front, slack, acme, ada, arrived } = world
afterAll(() => world.close())

test('a message is stored once, however often Slack sends it, and acknowledged', async () => {
  slack.faults.nextEvent('twice')
  const { ts } = ada.dm('hello')
  expect(await arrived()).toMatchObject([{ id: `msg:${acme.id}:${acme.dm(ada).id}:${ts}` }])
  expect(slack.events.map(({ outcome }) => outcome)).toEqual(['acknowledged', 'acknowledged'])
})

test('word of a limit, which ends the process of others, is acknowledged', async () => {
  slack.tellRateLimited(acme)
  expect(await arrived()).toEqual([])
  expect(slack.events.at(-1)?.outcome).toBe('acknowledged')
})

test('a command is stored and acknowledged at once', async () => {
  expect((await ada.slash('/sb', 'what now')).isOk).toBe(true)
  expect(await arrived()).toMatchObject([{ type: 'command' }])
})

test('events go on while all connections are replaced', async () => {
  const texts = Array.from({ length: 10 }, (_, index) => `${index}`)
  for (const text of texts) {
    if (text === '5') slack.sockets.disconnect('warning')
    ada.dm(text)
  }
  expect(await arrived()).toHaveLength(10)
})

test('what was sent to connections that get pings and no events is read once one is opened again', async () => {
  ada.dm('heard')
  expect(await arrived()).toHaveLength(1)
  slack.sockets.deafen()
  const { ts } = ada.dm('unheard')
  front.gateway.clock.advance(11_000)
  slack.sockets.disconnect('warning', 'oldest')
  const id = `msg:${acme.id}:${acme.dm(ada).id}:${ts}`
  await vi.waitFor(async () => expect((await world.inbox()).map(({ eventId }) => eventId)).toContain(id))
})
