/** Expiry ends what revocation ends, at once: whatever is open for a key hears nothing after the key's end. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Attacked, headersOf, initialize, openAttacked } from '../../support/attacked.ts'
import { isLong } from '../../support/form.ts'
import { post } from '../../support/mcp-raw.ts'

const START = Date.parse('2026-03-04T09:00:00Z')
const EXPIRES_AT = '2026-03-04T10:00:00Z'
const MALLORY = { person: 'mallory', key: 'lost', expiresAt: EXPIRES_AT }
const CHANGE = { uris: ['task://note_1'], spaceId: 'mallory' }

let attacked: Attacked
let clock = START
const endedUnheard = new Set<string>()

beforeEach(async () => {
  clock = START
  endedUnheard.clear()
  attacked = await openAttacked({ now: () => new Date(clock), endedUnheard })
})
afterEach(() => attacked.close())

async function openSession(): Promise<string> {
  const opened = await attacked.mcp(initialize(), MALLORY)
  await opened.text()
  const session = opened.headers.get('mcp-session-id') ?? ''
  const subscribe = { jsonrpc: '2.0', id: 2, method: 'resources/subscribe', params: { uri: 'task://note_1' } }
  await (await attacked.mcp(subscribe, MALLORY, session)).text()
  return session
}

/** What is open for as long as its client wants, each with all that its client is told. */
const OPEN: Readonly<Record<string, () => Promise<Response>>> = {
  'the stream of a session': async () => {
    const session = await openSession()
    const headers = { accept: 'text/event-stream', 'mcp-session-id': session }
    return attacked.send('/mcp', MALLORY, { headers })
  },
  'a listening stream': () =>
    post(
      `${attacked.url}/mcp`,
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: ['task://note_1'] } },
      { headers: headersOf(MALLORY) },
    ),
  'a stream of run events': () =>
    attacked.send('/v1/lists/one/lines', MALLORY, { headers: { accept: 'text/event-stream' } }),
}

/** How a key ends. */
const ENDS: Readonly<Record<string, () => void>> = {
  'its time comes': () => {
    clock = Date.parse(EXPIRES_AT)
  },
  'the clock is set forward by a year': () => {
    clock = START + 365 * 24 * 3_600_000
  },
  'it is revoked': () => attacked.publish({ uris: ['key://lost'], spaceId: 'mallory' }),
}

const EVERY = Object.keys(OPEN).flatMap((what) => Object.keys(ENDS).map((how) => [what, how] as const))

describe.each(EVERY)('%s ends when %s', (what, how) => {
  test('and tells of nothing that comes after', async () => {
    const response = await OPEN[what]?.()
    expect(response?.status).toBe(200)
    ENDS[how]?.()
    // A change at that very moment comes before anybody has looked at the clock.
    attacked.publish(CHANGE)
    attacked.list.add('after the end')
    const told = await response?.text()
    expect(told).not.toContain('resources/updated')
    expect(told).not.toContain('after the end')
  })
})

test.runIf(isLong)('what is open ends on its own, without a change that makes anybody look', async () => {
  const soon = { ...MALLORY, expiresAt: new Date(Date.now() + 300).toISOString() }
  await attacked.close()
  attacked = await openAttacked()
  const response = await attacked.send('/v1/lists/one/lines', soon, {
    headers: { accept: 'text/event-stream' },
  })
  expect(await response.text()).toContain('"code":"unauthenticated"')
})

test.each(Object.keys(OPEN))('%s ends when its key is revoked and word of that is lost', async (what) => {
  const response = await OPEN[what]?.()
  expect(response?.status).toBe(200)
  endedUnheard.add('lost')
  expect(await response?.text()).not.toContain('resources/updated')
})

test('a call that waits is ended, and tells of no more progress', async () => {
  const waiting = attacked.send('/v1/probe/wait', MALLORY, { method: 'POST' })
  const call = { name: 'probe_wait', arguments: {}, _meta: { progressToken: 1 } }
  const telling = post(`${attacked.url}/mcp`, 'tools/call', call, { headers: headersOf(MALLORY) })
  await attacked.probe.started
  const told = await telling
  ENDS['its time comes']?.()
  attacked.publish(CHANGE)
  await attacked.probe.aborted
  const answer = await told.text()
  expect(answer.match(/notifications\/progress/g)).toHaveLength(1)
  expect(await (await waiting).json()).toMatchObject({ stopped: true })
})

test('a session of a key that has ended is over, and others of its person go on', async () => {
  const session = await openSession()
  const other = { person: 'mallory', key: 'kept' }
  const opened = await attacked.mcp(initialize(), other)
  await opened.text()
  ENDS['it is revoked']?.()
  const ping = { jsonrpc: '2.0', id: 3, method: 'ping' }
  expect((await attacked.mcp(ping, MALLORY, session)).status).toBe(404)
  const kept = opened.headers.get('mcp-session-id') ?? ''
  expect((await attacked.mcp(ping, other, kept)).status).toBe(200)
})
