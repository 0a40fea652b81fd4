/** Streams of two gateways that share a server's database: each hears of what the other adds, without looking for it. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readEvents } from '../../../src/cli/input/read-events.ts'
import { createChanges } from '../../../src/clients/changes.ts'
import { createLive } from '../../../src/clients/live.ts'
import { openServerDatabase, type ServerDatabase } from '../../../src/domain/db/server/server-database.ts'
import { createApp } from '../../../src/server/app.ts'
import { createEventStreams } from '../../../src/server/streams/event-stream.ts'
import { openTestDatabase } from '../../support/world/database.ts'
import { LOCAL_PERSON, openFixture } from '../../support/world/fixture-operations.ts'
import { createGrowingList, type GrowingList } from '../../support/world/growing-list.ts'

/** Streams here look for lost notices only after the test is over. */
const NEVER_MS = 600_000

const channelOf = (database: ServerDatabase, channel: string) => ({
  send: (text: string) => database.notify(channel, text),
  listen: (listener: (text: string) => void) => database.listen(channel, listener),
})

async function openGateway(url: string, list: GrowingList) {
  const database = openServerDatabase(url, { poolSize: 2 })
  const fixture = openFixture([list.operation])
  const { log } = fixture.gateway
  const changes = await createChanges({ wire: channelOf(database, 'test_changes'), log })
  const live = await createLive({ wire: channelOf(database, 'test_live'), log })
  const gateway = { ...fixture.gateway, watch: changes.watch, live }
  const authenticate = async () => LOCAL_PERSON
  const streams = createEventStreams({ gateway, authenticate, times: { pollMs: NEVER_MS } })
  const app = createApp({
    gateway,
    authenticate,
    streams,
    rateLimit: async () => ({}),
    mcp: { fetch: async () => new Response() },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
  onTestFinished(async () => {
    streams.close()
    await live.close()
    await changes.close()
    await database.close()
  })
  return {
    live,
    add(text: string) {
      list.add(text)
      changes.publish({ uris: [list.uri], spaceId: LOCAL_PERSON.personId })
    },
    async watch(lastId = '0') {
      const headers = { accept: 'text/event-stream', 'last-event-id': lastId }
      const { body } = await app.request('/v1/lists/one/lines', { headers })
      if (body === null) throw new Error('no body')
      const events = readEvents(body)
      return async () => (await events.next()).value
    },
  }
}

describe.runIf(process.env.DATABASE_URL)('on a server', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  test('what one gateway adds, stored or on its way, reaches those who watch at the other', async () => {
    const list = createGrowingList()
    const [here, there] = await Promise.all([
      openGateway(database.url ?? '', list),
      openGateway(database.url ?? '', list),
    ])
    const next = await there.watch()
    for (let number = 1; number <= 5; number += 1) {
      here.add(`line ${number}`)
      expect(await next()).toMatchObject({ type: 'line', lastId: String(number) })
    }
    const text = 'ü€😀"\n'.repeat(2000)
    here.live.emitLive(list.uri, { needs: [] }, { stepId: 'step_1', at: 0, text })
    let heard = ''
    while (heard.length < text.length) {
      const event = await next()
      expect(event?.type).toBe('delta')
      const piece: { text: string } = JSON.parse(event?.data ?? '')
      heard += piece.text
    }
    expect(heard).toBe(text)
  })

  test('a stream continues at the other gateway after the last event that it gave', async () => {
    const list = createGrowingList()
    const [here, there] = await Promise.all([
      openGateway(database.url ?? '', list),
      openGateway(database.url ?? '', list),
    ])
    const first = await here.watch()
    here.add('line 1')
    expect(await first()).toMatchObject({ lastId: '1' })
    here.add('line 2')
    const second = await there.watch('1')
    expect(await second()).toMatchObject({ lastId: '2' })
  })
})
