/** Lists that grow, streamed over a real socket: everything once and in order, whatever happens in between. */

import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { readEvents, type ServerEvent } from '../../../src/cli/input/read-events.ts'
import { createLive } from '../../../src/clients/live.ts'
import { AppError } from '../../../src/core/errors.ts'
import { createApp } from '../../../src/server/app.ts'
import { type Listening, listen } from '../../../src/server/http/listen.ts'
import type { StreamTimes } from '../../../src/server/streams/event-source.ts'
import { createEventStreams } from '../../../src/server/streams/event-stream.ts'
import { isLong } from '../../support/form.ts'
import { LOCAL_PERSON, openFixture } from '../../support/world/fixture-operations.ts'
import { createGrowingList, PAGE_SIZE } from '../../support/world/growing-list.ts'

const PATH = '/v1/lists/one/lines'

const LOCAL = { needs: [] }

/** Never within a test, unless the test says so. */
const SELDOM_MS = 60_000

const open: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()))
})

interface Opened {
  readonly times?: Partial<StreamTimes>
  authenticate?(request: Request): Promise<typeof LOCAL_PERSON>
}

async function start({ times, authenticate = async () => LOCAL_PERSON }: Opened = {}) {
  const list = createGrowingList()
  const fixture = openFixture([list.operation])
  const live = await createLive({ log: fixture.gateway.log })
  const gateway = { ...fixture.gateway, live }
  const seldom = { heartbeatMs: SELDOM_MS, recheckMs: SELDOM_MS, pollMs: SELDOM_MS }
  const streams = createEventStreams({ gateway, authenticate, times: { ...seldom, ...times } })
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
  const listening: Listening = await listen(app, { host: '127.0.0.1', port: 0 })
  open.push(async () => {
    streams.close()
    await listening.close(0)
    await live.close()
  })
  /** Adds to the list and says so, as a write does after its commit. */
  const add = (...texts: readonly string[]) => {
    list.add(...texts)
    fixture.publish({ uris: [list.uri], spaceId: 'local' })
  }
  const end = () => {
    list.end()
    fixture.publish({ uris: [list.uri], spaceId: 'local' })
  }
  return { ...listening, list, live, streams, fixture, add, end }
}

async function watch(url: string, headers: Record<string, string> = {}, query = '') {
  const leaving = new AbortController()
  const response = await fetch(`${url}${PATH}${query}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: leaving.signal,
  })
  if (response.body === null) throw new Error('no body')
  const events = readEvents(response.body)
  return {
    response,
    leave: () => leaving.abort(),
    async next(): Promise<ServerEvent | undefined> {
      const { value } = await events.next()
      return value ?? undefined
    },
    async rest(): Promise<ServerEvent[]> {
      const left: ServerEvent[] = []
      for await (const event of events) left.push(event)
      return left
    },
  }
}

const numbered = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => `line ${index + from}`)
const textsOf = (events: readonly ServerEvent[]) =>
  events.filter(({ type }) => type === 'line').map(({ data }): unknown => JSON.parse(data).text)

test('without asking for events it is a page like any other', async () => {
  const { url, list } = await start()
  list.add('a')
  const response = await fetch(`${url}${PATH}`)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({
    listId: 'one',
    items: [{ position: 1, text: 'a' }],
    ended: false,
  })
})

test('what is there comes first, page after page, then what is added, then the end', async () => {
  const { url, list, add, end } = await start()
  list.add(...numbered(2 * PAGE_SIZE + 3))
  const watching = await watch(url)
  expect(watching.response.headers.get('content-type')).toBe('text/event-stream')
  expect(watching.response.headers.get('x-request-id')).toMatch(/^req_/)
  expect(await watching.next()).toEqual({ type: 'line', data: '{"text":"line 1"}', lastId: '1' })
  add(...numbered(2 * PAGE_SIZE, 2 * PAGE_SIZE + 4))
  end()
  const rest = await watching.rest()
  expect(textsOf(rest)).toEqual(numbered(4 * PAGE_SIZE + 2, 2))
  expect(rest.at(-1)).toMatchObject({ type: 'end', data: '{}' })
})

test('it continues after Last-Event-ID, else after what the input says', async () => {
  const { url, list } = await start()
  list.add(...numbered(5))
  list.end()
  expect(textsOf(await (await watch(url, { 'last-event-id': '3' })).rest())).toEqual(['line 4', 'line 5'])
  expect(textsOf(await (await watch(url, {}, '?after=4')).rest())).toEqual(['line 5'])
  expect(textsOf(await (await watch(url, { 'last-event-id': '2' }, '?after=4')).rest())).toEqual(
    numbered(3, 3),
  )
  expect(await (await watch(url, { 'last-event-id': '5' })).rest()).toMatchObject([{ type: 'end' }])
})

test('a start beyond the end waits there, and holds nobody else up', async () => {
  const { url, list, add, end } = await start()
  list.add('line 1')
  const ahead = await watch(url, { 'last-event-id': '3' })
  const behind = await watch(url)
  expect(await behind.next()).toMatchObject({ lastId: '1' })
  for (const [index, text] of numbered(4, 2).entries()) {
    add(text)
    expect(await behind.next()).toMatchObject({ lastId: String(index + 2) })
  }
  end()
  expect(textsOf(await ahead.rest())).toEqual(['line 4', 'line 5'])
})

test('what cannot be read is a problem and no stream', async () => {
  const { url, list } = await start()
  const headers = { accept: 'text/event-stream' }
  const odd = await fetch(`${url}${PATH}`, { headers: { ...headers, 'last-event-id': 'x' } })
  expect(await odd.json()).toMatchObject({ status: 400, code: 'invalid_input' })
  list.remove()
  const gone = await fetch(`${url}${PATH}`, { headers })
  expect(await gone.json()).toMatchObject({ status: 404, code: 'not_found' })
})

test.runIf(isLong)('200 watchers who come while it grows get everything once and in order', async () => {
  const { url, add, end } = await start()
  const watching: Promise<ServerEvent[]>[] = []
  for (let index = 0; index < 200; index += 1) {
    const coming = watch(url)
    if (index % 4 === 0) add(`line ${index / 4 + 1}`)
    watching.push((await coming).rest())
  }
  end()
  for (const events of await Promise.all(watching)) {
    expect(textsOf(events)).toEqual(numbered(50))
    expect(events.at(-1)?.type).toBe('end')
  }
})

test('an event that 200 wait for is read once for all, not once each', async () => {
  const { url, list, add } = await start()
  add('line 1')
  const watching = await Promise.all(Array.from({ length: 200 }, () => watch(url)))
  await Promise.all(watching.map(({ next }) => next()))
  add('line 2')
  await Promise.all(watching.map(({ next }) => next()))
  const before = list.reads()
  for (const text of numbered(20, 3)) {
    add(text)
    const events = await Promise.all(watching.map(({ next }) => next()))
    expect(new Set(events.map((event) => event?.data))).toEqual(new Set([JSON.stringify({ text })]))
  }
  expect(list.reads() - before).toBeLessThanOrEqual(60)
})

test('what is added just after somebody looked is not overlooked', async () => {
  const { url, list, add, end } = await start()
  let added = 0
  list.onEmpty(() => {
    if (added === 5) return end()
    added += 1
    add(`line ${added}`)
  })
  expect(textsOf(await (await watch(url)).rest())).toEqual(numbered(5))
})

test('a notice that got lost is made up for by looking now and then', async () => {
  const { url, list } = await start({ times: { pollMs: 10 } })
  const watching = await watch(url)
  list.add('line 1')
  expect(await watching.next()).toMatchObject({ lastId: '1' })
})

test.runIf(isLong)('one who does not read is not read for, and then misses nothing', async () => {
  const { url, list, add, end } = await start()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.pause()
  socket.write(
    `GET ${PATH}?limit=10 HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n`,
  )
  const quick = await watch(url)
  const large = 'x'.repeat(100_000)
  const total = 300
  for (let index = 0; index < total; index += 1) {
    add(`${index} ${large}`)
    await quick.next()
  }
  end()
  // The tail alone was read on: 30 MB are far more than a socket, or the window of a tail, holds.
  expect(list.reads()).toBeLessThan(3 * total)
  let text = ''
  socket.setEncoding('utf8')
  for await (const chunk of socket) text += chunk
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
  expect(ids).toEqual(Array.from({ length: total }, (_, index) => index + 1))
  expect(text).toContain('event: end')
})

test('a comment shows that a quiet connection lives', async () => {
  const { url } = await start({ times: { heartbeatMs: 10 } })
  const response = await fetch(`${url}${PATH}`, { headers: { accept: 'text/event-stream' } })
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk)
    if (text.split(': still here').length > 3) break
  }
  expect(text).toMatch(/^retry: \d+\n\n(: still here\n\n)+$/)
})

test('a key that is no longer good ends the stream', async () => {
  let isGood = true
  const { url, add } = await start({
    times: { recheckMs: 10 },
    async authenticate() {
      if (!isGood) throw new AppError('unauthenticated', 'This key was revoked.')
      return LOCAL_PERSON
    },
  })
  const watching = await watch(url)
  add('line 1')
  expect(await watching.next()).toMatchObject({ type: 'line' })
  isGood = false
  const rest = await watching.rest()
  expect(rest).toMatchObject([{ type: 'problem' }])
  expect(JSON.parse(rest[0]?.data ?? '')).toMatchObject({ code: 'unauthenticated', status: 401 })
})

test('what one may no longer read ends for all who watch', async () => {
  const { url, list, fixture, add } = await start()
  add('line 1')
  const both = await Promise.all([watch(url), watch(url)])
  await Promise.all(both.map(({ next }) => next()))
  add('line 2')
  await Promise.all(both.map(({ next }) => next()))
  list.remove()
  fixture.publish({ uris: [list.uri], spaceId: 'local' })
  for (const { rest } of both) expect(await rest()).toMatchObject([{ type: 'problem' }])
})

test('stopping ends what is open, without saying that it is the end', async () => {
  const { url, streams, add } = await start()
  add('line 1')
  const watching = await watch(url)
  await watching.next()
  streams.close()
  expect(await watching.rest()).toEqual([])
})

test('when the last one leaves, nothing is watched any more', async () => {
  const { url, fixture, add } = await start()
  add('line 1')
  const watching = await watch(url)
  await watching.next()
  add('line 2')
  await watching.next()
  expect(fixture.watcherCount()).toBe(1)
  watching.leave()
  await fixture.watchersAre(0)
})

test('text on its way reaches only keys with the scopes that reading it needs', async () => {
  const lesser = { ...LOCAL_PERSON, scopes: ['tasks:read'] } as const
  const { url, live, list, add } = await start({
    authenticate: async ({ headers }) => (headers.has('authorization') ? lesser : LOCAL_PERSON),
  })
  add('line 1')
  const [all, less] = [await watch(url), await watch(url, { authorization: 'Bearer lesser' })]
  for (const { next } of [all, less]) await next()
  add('line 2')
  for (const { next } of [all, less]) await next()
  live.emitLive(list.uri, { needs: ['projects:read'] }, { stepId: 'step_1', at: 0, text: 'secret' })
  live.emitLive(list.uri, LOCAL, { stepId: 'step_2', at: 0, text: 'plain' })
  expect((await all.next())?.data).toContain('secret')
  expect((await all.next())?.data).toContain('plain')
  expect((await less.next())?.data).toContain('plain')
})

test('text on its way reaches those who are at the end, gathered, without an id, and nobody else', async () => {
  const { url, live, list, add } = await start()
  add('line 1')
  const watching = await watch(url)
  await watching.next()
  add('line 2')
  await watching.next()
  live.emitLive('list://other', LOCAL, { stepId: 'step_1', at: 0, text: 'other' })
  live.emitLive(list.uri, LOCAL, { stepId: 'step_1', at: 0, text: 'Hel' })
  live.emitLive(list.uri, LOCAL, { stepId: 'step_1', at: 3, text: 'lo' })
  expect(await watching.next()).toEqual({
    type: 'delta',
    data: '{"stepId":"step_1","text":"Hello"}',
    lastId: '2',
  })
  add('line 3')
  expect(await watching.next()).toMatchObject({ lastId: '3' })
})
