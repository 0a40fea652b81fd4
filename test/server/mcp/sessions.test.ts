/** Sessions of 2025-era clients: whose they are, how they end, and how they outlive an eviction and a restart. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SESSION_IDLE_MS } from '../../../src/server/mcp/sessions/sessions.ts'
import {
  connectModern,
  connectSession,
  type McpService,
  type McpServiceOptions,
  openMcp,
  replyOf,
} from '../../support/mcp-clients.ts'
import { type Fixture, openFixture, personNamed } from '../../support/world/fixture-operations.ts'

let fixture: Fixture
let service: McpService
let now = 0

const SECRET = 'the same secret before and after a restart'

const OPTIONS: McpServiceOptions = {
  secret: SECRET,
  sessions: { perProcess: 3 },
  now: () => now,
  actorOf: (request) => personNamed(request.headers.get('x-person') ?? 'owner'),
}

beforeEach(async () => {
  now = 0
  fixture = openFixture()
  service = await openMcp(fixture.gateway, OPTIONS)
})
afterEach(() => service.close())

interface Sent {
  readonly session?: string
  readonly person?: string
  readonly method?: string
  readonly url?: string
}

function send(body: object | undefined, { session, person, method = 'POST', url = service.url }: Sent = {}) {
  return fetch(url, {
    method,
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
      ...(person === undefined ? {} : { 'x-person': person }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function initialize(sent: Sent = {}): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const response = await send({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, sent)
  await response.text()
  return response.headers.get('mcp-session-id') ?? ''
}

const CALL = {
  jsonrpc: '2.0',
  id: 2,
  method: 'tools/call',
  params: { name: 'probe_echo', arguments: { text: 'hello' } },
}

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response
  await body?.cancel()
  return status
}

describe('a session', () => {
  test('has an id of visible ASCII and answers within it', async () => {
    const session = await initialize()
    expect(session).toMatch(/^[\x21-\x7e]+$/)
    const answer = await (await send(CALL, { session })).json()
    expect(answer).toMatchObject({ id: 2, result: { structuredContent: { text: 'hello' } } })
  })

  test('belongs to the caller who opened it', async () => {
    const session = await initialize({ person: 'ann' })
    expect(await statusOf(send(CALL, { session, person: 'ann' }))).toBe(200)
    expect(await statusOf(send(CALL, { session, person: 'bob' }))).toBe(404)
    expect(await statusOf(send(undefined, { session, person: 'bob', method: 'DELETE' }))).toBe(404)
    expect(await statusOf(send(CALL, { session, person: 'ann' }))).toBe(200)
  })

  test('cannot be made up', async () => {
    const session = await initialize()
    const forged = `${session.slice(0, -4)}AAAA`
    expect(await statusOf(send(CALL, { session: forged }))).toBe(404)
    expect(await statusOf(send(CALL, { session: 'nonsense' }))).toBe(404)
  })

  test('is over after DELETE', async () => {
    const session = await initialize()
    expect(await statusOf(send(undefined, { session, method: 'DELETE' }))).toBe(200)
    expect(await statusOf(send(CALL, { session }))).toBe(404)
    expect(service.door.sessionCount).toBe(0)
  })

  test('continues after a restart, with the same secret or a later one', async () => {
    const session = await initialize()
    const restarted = await openMcp(openFixture().gateway, OPTIONS)
    const list = { jsonrpc: '2.0', id: 3, method: 'prompts/list' }
    const answer = await (await send(list, { session, url: restarted.url })).text()
    expect(answer).toContain('plan_my_day')
    expect(await statusOf(send(CALL, { session, url: restarted.url }))).toBe(200)
    await restarted.close()
    const stranger = await openMcp(openFixture().gateway, { ...OPTIONS, secret: `${SECRET}, but another` })
    expect(await statusOf(send(CALL, { session, url: stranger.url }))).toBe(404)
    await stranger.close()
    const rotated = { ...OPTIONS, secret: `${SECRET}, but another`, earlierSecrets: [SECRET] }
    const renewed = await openMcp(openFixture().gateway, rotated)
    expect(await statusOf(send(CALL, { session, url: renewed.url }))).toBe(200)
    await renewed.close()
  })
})

describe('the number of sessions', () => {
  test('falls when they are idle, and an idle one continues at its next request', async () => {
    const first = await initialize()
    now += SESSION_IDLE_MS
    const second = await initialize()
    expect(service.door.sessionCount).toBe(1)
    expect(await statusOf(send(CALL, { session: first }))).toBe(200)
    expect(await statusOf(send(CALL, { session: second }))).toBe(200)
    expect(service.door.sessionCount).toBe(2)
  })

  test('is bounded: the one idle for longest makes room', async () => {
    for (let opened = 0; opened < 5; opened += 1) {
      now += 1
      await initialize()
    }
    expect(service.door.sessionCount).toBe(3)
  })

  test('is refused beyond its bound when all are in use, with a way out', async () => {
    const streams: Response[] = []
    for (let opened = 0; opened < 3; opened += 1) {
      const session = await initialize()
      streams.push(await send(undefined, { session, method: 'GET' }))
    }
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    }
    const refused = await send({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    expect(refused.status).toBe(503)
    expect((await replyOf(refused)).error.message).toContain('at its limit of 3 MCP sessions in use')
    await Promise.all(streams.map(({ body }) => body?.cancel()))
  })

  test('counts an open stream as use, however long it is silent', async () => {
    const session = await initialize()
    const stream = await send(undefined, { session, method: 'GET' })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    now += SESSION_IDLE_MS * 2
    await initialize()
    expect(service.door.sessionCount).toBe(2)
    await stream.body?.cancel()
  })
})

describe('without a session', () => {
  test('one request is served on its own', async () => {
    expect(await (await send(CALL)).json()).toMatchObject({
      result: { structuredContent: { text: 'hello' } },
    })
    const prompts = await (await send({ jsonrpc: '2.0', id: 3, method: 'prompts/list' })).text()
    expect(prompts).toContain('plan_my_day')
    expect(service.door.sessionCount).toBe(0)
  })

  test('there is no stream to open and nothing to end', async () => {
    expect(await statusOf(send(undefined, { method: 'GET' }))).toBe(405)
    expect(await statusOf(send(undefined, { method: 'DELETE' }))).toBe(405)
  })
})

test('closing the door ends its sessions, its listening streams and their watching', async () => {
  const inSession = await connectSession(service.url)
  await inSession.subscribeResource({ uri: 'plan://today' })
  const listening = await connectModern(service.url)
  await listening.listen({ resourceSubscriptions: ['plan://today'] })
  expect(fixture.watcherCount()).toBe(2)
  await service.door.close()
  expect(fixture.watcherCount()).toBe(0)
  await Promise.all([inSession.close(), listening.close()])
})

test('a revoked key keeps neither session nor listening stream, and other keys of its person keep theirs', async () => {
  const keys = ['lost', 'kept']
  const [lost = service, kept = service] = await Promise.all(
    keys.map((keyId) =>
      openMcp(fixture.gateway, { ...OPTIONS, actorOf: () => ({ ...personNamed('ada'), keyId }) }),
    ),
  )
  for (const { url } of [lost, kept]) {
    await (await connectSession(url)).subscribeResource({ uri: 'plan://today' })
    await (await connectModern(url)).listen({ resourceSubscriptions: ['plan://today'] })
  }
  // What each door has open, and its own look-out for keys that end.
  expect(fixture.watcherCount()).toBe(4 + 2)
  fixture.publish({ uris: ['key://lost'], spaceId: 'ada' })
  await fixture.watchersAre(2 + 1)
  expect([lost.door.sessionCount, kept.door.sessionCount]).toEqual([0, 1])
  await Promise.all([lost.close(), kept.close()])
})
