/** Calls a minute cannot be multiplied: by batches, by more keys, or by messages that are no calls. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Attacked, headersOf, initialize, openAttacked } from '../../support/attacked.ts'
import { replyOf } from '../../support/mcp-clients.ts'
import { FOLLOWS, post } from '../../support/mcp-raw.ts'

const PER_MINUTE = 30
const MALLORY = { person: 'mallory', key: 'one' }

let attacked: Attacked
beforeEach(async () => {
  attacked = await openAttacked({ rateLimits: { user: PER_MINUTE } })
})
afterEach(() => attacked.close())

const call = (id: number) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'probe_echo', arguments: { text: 'x' } },
})
const batch = (length: number) => Array.from({ length }, (_, id) => call(id))

async function leftOf(response: Response): Promise<number> {
  await response.text()
  return Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1])
}

test('each message of a batch counts, and a batch over the limit is refused whole', async () => {
  expect(await leftOf(await attacked.mcp(batch(25), MALLORY))).toBe(PER_MINUTE - 25)
  const refused = await attacked.mcp(batch(25), MALLORY)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await replyOf(refused)).error.message).toMatch(/^More than 30 calls in a minute\. Wait \d+ s/)
})

test('more keys of one person give no more calls', async () => {
  const statuses = []
  for (let made = 0; made < 60; made += 1) {
    const key = { person: 'mallory', key: `key ${made}` }
    for (const path of ['/v1/plan', '/v1/probe/echo?text=x']) {
      const response = await attacked.send(path, key)
      await response.text()
      statuses.push(response.status)
    }
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(2 * PER_MINUTE)
  expect((await attacked.send('/v1/plan', { person: 'ann', key: 'hers' })).status).toBe(200)
})

describe('every other message counts', () => {
  test.each([
    ['opening a session', () => attacked.mcp(initialize(), MALLORY)],
    ['a notification', () => attacked.mcp({ jsonrpc: '2.0', method: 'notifications/initialized' }, MALLORY)],
    ['an answer', () => attacked.mcp({ jsonrpc: '2.0', id: 1, result: {} }, MALLORY)],
    [
      'a question about a task',
      () =>
        post(
          `${attacked.url}/mcp`,
          'tasks/get',
          { taskId: 'x' },
          { headers: headersOf(MALLORY), capabilities: FOLLOWS },
        ),
    ],
    ['what is refused', () => attacked.send('/mcp?ReadOnly=1', MALLORY, { method: 'POST' })],
  ])('%s', async (_what, send) => {
    await leftOf(await send())
    expect(await leftOf(await attacked.send('/v1/plan', MALLORY))).toBe(PER_MINUTE - 2)
  })

  test('and so does each task that a stream is to tell of', async () => {
    const taskIds = Array.from({ length: 20 }, (_, index) => `task ${index}`)
    const response = await post(
      `${attacked.url}/mcp`,
      'subscriptions/listen',
      { notifications: { taskIds, resourceSubscriptions: ['task://note_1'] } },
      { headers: headersOf(MALLORY), capabilities: FOLLOWS },
    )
    await response.body?.cancel()
    expect(await leftOf(await attacked.send('/v1/plan', MALLORY))).toBe(PER_MINUTE - 22)
  })
})
