/** Every limit of a process has a share for each key and each person: whoever uses up theirs shuts nobody else out. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPlaces } from '../../../src/server/http/places.ts'
import { type Attacked, type Attacker, headersOf, initialize, openAttacked } from '../../support/attacked.ts'
import { replyOf } from '../../support/mcp-clients.ts'
import { post } from '../../support/mcp-raw.ts'

const LIMITS = { perProcess: 5, perPerson: 3, perKey: 2 }

let attacked: Attacked
/** Held for as long as a test lasts: a stream whose answer is garbage is left by the client. */
const answers: Response[] = []

beforeEach(async () => {
  attacked = await openAttacked({
    limits: { streams: LIMITS, underWay: LIMITS },
    mcp: { sessions: LIMITS },
  })
})
afterEach(async () => {
  await attacked.close()
  answers.length = 0
})

const OWNER: Attacker = {}
const MALLORY = { person: 'mallory', key: 'one' }
const MALLORY_AGAIN = { person: 'mallory', key: 'two' }
const ANN = { person: 'ann', key: 'three' }
const BOB = { person: 'bob', key: 'four' }

async function openSession(who: Attacker): Promise<string | undefined> {
  const response = await attacked.mcp(initialize(), who)
  answers.push(response)
  if (response.status !== 200) return undefined
  await response.text()
  return response.headers.get('mcp-session-id') ?? undefined
}

/** Each holds one of something for as long as the test lasts. */
const HOLDS: Readonly<Record<string, (who: Attacker) => Promise<Response>>> = {
  'streams of run events': (who) =>
    attacked.send('/v1/lists/one/lines', who, { headers: { accept: 'text/event-stream' } }),
  'MCP listening streams': (who) =>
    post(
      `${attacked.url}/mcp`,
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: ['task://note_1'] } },
      { headers: headersOf(who) },
    ),
  'MCP sessions that are in use': async (who) => {
    const session = await openSession(who)
    if (session === undefined) return answers.at(-1) ?? new Response()
    return attacked.send('/mcp', who, {
      headers: { accept: 'text/event-stream', 'mcp-session-id': session },
    })
  },
}

test.each(Object.entries(HOLDS))('%s', async (_name, hold) => {
  const statusOf = async (who: Attacker) => {
    const response = await hold(who)
    answers.push(response)
    return response.status
  }
  expect(await statusOf(MALLORY)).toBe(200)
  expect(await statusOf(MALLORY)).toBe(200)
  expect(await statusOf(MALLORY)).toBe(429)
  // All keys of a person together.
  expect(await statusOf(MALLORY_AGAIN)).toBe(200)
  expect(await statusOf(MALLORY_AGAIN)).toBe(429)
  expect(answers.at(-1)?.headers.get('retry-after')).toBe('5')
  // Others notice nothing, until all of them together fill the process.
  expect(await statusOf(ANN)).toBe(200)
  expect(await statusOf(OWNER)).toBe(200)
  expect(await statusOf(BOB)).toBe(503)
})

test('calls under way, which come back when they end', async () => {
  const wait = (who: Attacker) => attacked.send('/v1/probe/wait', who, { method: 'POST' })
  const waiting = [wait(MALLORY), wait(MALLORY)]
  await attacked.probe.started
  const refused = await wait(MALLORY)
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({
    code: 'rate_limited',
    detail: 'This key is at its limit of 2 requests under way.',
    fix: expect.stringContaining('Wait for answers'),
    retryAfterMs: 5_000,
  })
  expect((await attacked.send('/v1/plan', ANN)).status).toBe(200)
  attacked.probe.release()
  for (const answer of waiting) expect((await answer).status).toBe(200)
  expect((await attacked.send('/v1/plan', MALLORY)).status).toBe(200)
})

test('the calls of a batch, each of which counts', async () => {
  const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' })
  expect((await attacked.mcp([ping(1), ping(2)], MALLORY)).status).toBe(200)
  const waiting = attacked.send('/v1/probe/wait', MALLORY, { method: 'POST' })
  await attacked.probe.started
  expect((await attacked.mcp(ping(1), MALLORY)).status).toBe(200)
  const refused = await attacked.mcp([ping(1), ping(2)], MALLORY)
  expect(refused.status).toBe(429)
  expect((await replyOf(refused)).error.message).toContain('requests under way')
  attacked.probe.release()
  await waiting
})

test('an idle session makes room for another of its key, and continues at its next request', async () => {
  const first = await openSession(MALLORY)
  const others = await openSession(ANN)
  await openSession(MALLORY)
  await openSession(MALLORY)
  expect(attacked.door.sessionCount).toBe(3)
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  expect((await attacked.mcp(ping, MALLORY, first)).status).toBe(200)
  expect((await attacked.mcp(ping, ANN, others)).status).toBe(200)
  expect(attacked.door.sessionCount).toBe(3)
})

test('pages that need no key, for each address', async () => {
  const { takePage } = createPlaces({ pages: { perProcess: 3, perPerson: 2, perKey: 2 } })
  const leave = takePage('192.0.2.1')
  takePage('192.0.2.1')
  expect(() => takePage('192.0.2.1')).toThrow('at its limit of 2 pages under way')
  takePage('192.0.2.2')
  leave()
  leave()
  takePage('192.0.2.1')
  expect(() => takePage('192.0.2.3')).toThrow('This gateway is at its limit of 3 pages under way')
})

test('the owner at this machine, without a key, may use all there is', async () => {
  for (let opened = 0; opened < 5; opened += 1) {
    answers.push((await HOLDS['MCP listening streams']?.(OWNER)) ?? new Response())
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
})
