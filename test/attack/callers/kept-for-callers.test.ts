/** What a gateway keeps for a caller has a bound in number and in bytes. */
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { type Attacked, type AttackedOptions, initialize, openAttacked } from '../../support/attacked.ts'
import { cases, isLong } from '../../support/form.ts'
import { replyOf } from '../../support/mcp-clients.ts'
import { post } from '../../support/mcp-raw.ts'

const MEGABYTE = 1_048_576
const HUGE = 'x'.repeat(MEGABYTE / 2)

let attacked: Attacked

async function open(options: AttackedOptions = {}): Promise<Attacked> {
  attacked = await openAttacked(options)
  return attacked
}
afterEach(() => attacked.close())

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

async function openSession(capabilities: object, more?: object): Promise<string> {
  const response = await attacked.mcp(initialize(capabilities, more), { key: 'k' })
  expect(response.status).toBe(200)
  await response.text()
  return response.headers.get('mcp-session-id') ?? ''
}

describe('a session', () => {
  test.runIf(isLong)('keeps nothing of what a client declares beyond what a server can act on', async () => {
    const { door } = await open()
    const hugeParts = [
      { experimental: { a: { b: HUGE } } },
      { elicitation: { form: { [HUGE]: {} }, url: { a: HUGE } } },
      { sampling: { tools: { a: HUGE } }, roots: { listChanged: true, a: HUGE } },
      { extensions: { [HUGE]: {} } },
    ]
    await openSession({})
    const before = heapBytes()
    const count = cases(24, 200)
    for (let opened = 0; opened < count; opened += 1) {
      const id = await openSession(hugeParts[opened % hugeParts.length] ?? {}, {
        clientInfo: { name: HUGE, version: HUGE, title: HUGE },
        _meta: { a: HUGE },
      })
      expect(id.length).toBeLessThan(400)
    }
    expect(door.sessionCount).toBeGreaterThan(20)
    // All of it together has fifty megabytes or more.
    expect(heapBytes() - before).toBeLessThan(10 * MEGABYTE)
  })

  test('watches only URIs of a form that there is, and so many of them', async () => {
    await open()
    const session = await openSession({})
    const watch = async (uri: string) => {
      const message = { jsonrpc: '2.0', id: 2, method: 'resources/subscribe', params: { uri } }
      const text = await (await attacked.mcp(message, { key: 'k' }, session)).text()
      return text.slice(0, 2_000)
    }
    expect(await watch(`task://${HUGE}`)).toContain('it may have 2048. Use one that this server lists.')
    for (const uri of [
      `task://${'x'.repeat(2_000)}`,
      'http://elsewhere',
      `task://${'x'.repeat(200)}`,
      'task://',
    ]) {
      expect(await watch(uri)).toContain('There is no resource')
    }
    for (let watched = 0; watched < 500; watched += 1) await watch(`task://note_${watched}`)
    expect(await watch('task://note_0')).toContain('"result":{}')
    expect(await watch('task://note_500')).toContain('at most 500 resources')
  })

  test('ends after a thousand cancelled calls, each of which the transport would remember', async () => {
    await open()
    const session = await openSession({})
    const cancel = Array.from({ length: 25 }, (_, requestId) => ({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId },
    }))
    for (let sent = 0; sent < 40; sent += 1) {
      expect((await attacked.mcp(cancel, { key: 'k' }, session)).status).toBe(202)
    }
    await attacked.mcp(cancel, { key: 'k' }, session)
    expect((await attacked.mcp(cancel, { key: 'k' }, session)).status).toBe(404)
  })
})

describe('a message', () => {
  test.each([
    ['an id', { jsonrpc: '2.0', id: 'i'.repeat(257), method: 'ping' }],
    [
      'a progress token',
      { jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: { progressToken: HUGE } } },
    ],
    [
      'the id of what it cancels',
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: HUGE } },
    ],
    [
      'an id in a batch',
      [
        { jsonrpc: '2.0', id: 1, method: 'ping' },
        { jsonrpc: '2.0', id: HUGE, method: 'ping' },
      ],
    ],
  ])('with %s that is too long is refused, with what to use instead', async (_what, message) => {
    await open()
    const response = await attacked.mcp(message, { key: 'k' })
    expect(response.status).toBe(413)
    expect((await replyOf(response)).error.message).toMatch(/it may have 256\. Use a number or a UUID\./)
  })
})

describe('a refusal', () => {
  /** Headers have a bound of their own, which is far lower. */
  const named = (method: string) => ({
    'x-key': 'k',
    'mcp-name': 'probe_echo',
    'mcp-method': method === HUGE ? 'ping' : method,
  })

  test.each([
    ['a tool', 'tools/call', { name: HUGE }],
    ['a prompt', 'prompts/get', { name: HUGE }],
    ['a resource', 'resources/read', { uri: HUGE }],
    ['a method', HUGE, {}],
    ['a field', 'tools/call', { name: 'probe_echo', arguments: { [HUGE]: 1 } }],
  ])('repeats %s only in part, and is smaller than the request', async (_what, method, params) => {
    await open()
    const session = await openSession({})
    const answers = [
      await attacked.mcp({ jsonrpc: '2.0', id: 2, method, params }, { key: 'k' }, session),
      await post(`${attacked.url}/mcp`, method, params, { headers: named(method) }),
    ]
    for (const answer of answers) {
      const text = await answer.text()
      expect(text).toMatch(/it may have 2048|unknown field/)
      expect(text.length).toBeLessThan(4_000)
    }
  })
})

describe('a listening stream', () => {
  const listen = (resourceSubscriptions: readonly string[]) =>
    post(
      `${attacked.url}/mcp`,
      'subscriptions/listen',
      { notifications: { resourceSubscriptions } },
      {
        headers: { 'x-key': 'k' },
      },
    )

  test('agrees to no more than what can be watched', async () => {
    await open()
    const { body } = await listen([
      `task://${HUGE}`,
      ...Array.from({ length: 600 }, (_, index) => `task://note_${index}`),
      'http://elsewhere',
    ])
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
    let frame = ''
    while (!frame.includes('\n\n')) frame += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    const { params } = JSON.parse(frame.slice(frame.indexOf('{')))
    expect(params.notifications.resourceSubscriptions).toHaveLength(499)
  })

  test.runIf(isLong)('is cut when its reader leaves too much lying', async () => {
    const { publish, watchersAre } = await open()
    const response = await listen(['task://note_1'])
    // The stream itself, and the look-out for the end of its key.
    await watchersAre(2)
    const change = { spaceId: 'mallory', uris: Array<string>(100).fill('task://note_1') }
    let published = 0
    const cut = watchersAre(0).then(() => true)
    while (!(await Promise.race([cut, new Promise((resolve) => setImmediate(resolve, false))]))) {
      publish(change)
      published += 1
      expect(published).toBeLessThan(100_000)
    }
    await response.body?.cancel().catch(() => undefined)
  })
})

test.runIf(isLong)('answers that nobody reads count as under way, and are dropped after a time', async () => {
  const { url, send } = await open({ limits: { underWay: { perKey: 1 } }, stalledMs: 300 })
  const path = '/v1/probe/large?itemChars=300000&limit=100'
  const { host, hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const isClosed = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined))
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nx-key: k\r\n\r\n`)
  const statusOf = async (key: string) => {
    const response = await send('/v1/probe/echo?text=x', { key })
    await response.text()
    return response.status
  }
  while ((await statusOf('k')) !== 429) await new Promise((resolve) => setImmediate(resolve))
  expect(await statusOf('other')).toBe(200)
  while ((await statusOf('k')) !== 200) await new Promise((resolve) => setImmediate(resolve))
  socket.resume()
  await isClosed
})
