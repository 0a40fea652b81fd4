/** The gate before every route, and what stands beside the operations. */
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { HeadedError } from '../../src/server/http/headed-error.ts'
import { openApp } from '../support/http-app.ts'

const ORIGIN = 'https://app.example.com'

describe('request ids', () => {
  const { send } = openApp()

  test('ours is on every answer, also on errors', async () => {
    for (const path of ['/v1/things/a', '/v1/nothing', '/healthz', '/mcp']) {
      expect((await send('GET', path)).headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/)
    }
  })

  test("the caller's is kept when it is plain, and replaced when it is not", async () => {
    const ids = async (id: string) =>
      (await send('GET', '/v1/things/a', undefined, { 'x-request-id': id })).headers.get('x-request-id')
    expect(await ids('abc-1.2_3:4')).toBe('abc-1.2_3:4')
    for (const bad of ['', 'a b', '<script>', 'x'.repeat(129)]) expect(await ids(bad)).toMatch(/^req_/)
  })
})

describe('the order of the gate', () => {
  test('while stopping nobody is let in, and liveness still answers', async () => {
    const { send } = openApp({ isDraining: () => true })
    for (const path of ['/v1/things/a', '/mcp']) {
      const response = await send('GET', path)
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('2')
      expect(await response.json()).toMatchObject({ code: 'unavailable' })
    }
    expect((await send('GET', '/healthz')).status).toBe(200)
    expect((await send('GET', '/readyz')).status).toBe(503)
  })

  test('who is not recognised is refused before being counted, with the headers of the refusal', async () => {
    let counted = 0
    const { send } = openApp({
      authenticate: async () => {
        throw new HeadedError({ 'www-authenticate': 'Bearer' }, 'unauthenticated', 'Who are you?')
      },
      rateLimit: async () => {
        counted += 1
        return {}
      },
    })
    for (const path of ['/v1/things/a', '/mcp']) {
      const response = await send('GET', path)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect(counted).toBe(0)
  })

  test('what is left of the limit is told with answers and errors alike', async () => {
    const { send } = openApp({ rateLimit: async () => ({ RateLimit: '"user";r=9;t=60' }) })
    for (const path of ['/v1/things/a', '/v1/things/a?x=1', '/mcp']) {
      expect((await send('GET', path)).headers.get('ratelimit')).toBe('"user";r=9;t=60')
    }
  })

  test('over the limit is refused with when to come back', async () => {
    const { send } = openApp({
      rateLimit: async () => {
        throw new HeadedError({ RateLimit: '"user";r=0;t=30' }, 'rate_limited', 'Too many.', {
          retryAfterMs: 29_100,
        })
      },
    })
    const response = await send('GET', '/v1/things/a')
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('30')
    expect(response.headers.get('ratelimit')).toBe('"user";r=0;t=30')
  })

  test('a fault in recognising callers is internal, tells nothing, and is logged', async () => {
    const { send, fixture } = openApp({
      authenticate: () => Promise.reject(new Error('secret: hunter2')),
    })
    const response = await send('GET', '/v1/things/a')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('hunter2')
    expect(fixture.logged.find(({ level }) => level === 'error')?.message).toBe('request failed')
  })

  test('answers are not kept by anybody, nor read as another type', async () => {
    const response = await openApp().send('GET', '/v1/things/a')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('where no route is', () => {
  const { send } = openApp()

  test('an unknown path is a problem that names the nearest', async () => {
    const response = await send('GET', '/v1/task')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      code: 'not_found',
      fix: expect.stringContaining('/v1/tasks'),
    })
  })

  test('another method is a problem that lists those allowed', async () => {
    const response = await send('PUT', '/v1/things/a', {})
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE, OPTIONS')
    const problem = await response.json()
    // Named by its route: a path may contain a secret.
    expect(problem).toMatchObject({
      code: 'method_not_allowed',
      detail: '/v1/things/:thingId does not support PUT.',
    })
  })

  test('HEAD is GET without the body', async () => {
    const response = await send('HEAD', '/v1/things/a')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toBe('')
  })

  test('OPTIONS says what is allowed, without who calls', async () => {
    const closed = openApp({ authenticate: () => Promise.reject(new AppError('unauthenticated', 'No.')) })
    const response = await closed.send('OPTIONS', '/v1/things/a')
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toContain('PATCH')
  })
})

describe('pages of other sites', () => {
  const ask = { origin: ORIGIN, 'access-control-request-method': 'PATCH' }

  test('may not read answers by default', async () => {
    const { send } = openApp()
    for (const [method, headers] of [
      ['GET', { origin: ORIGIN }],
      ['OPTIONS', ask],
    ] as const) {
      const response = await send(method, '/v1/things/a', undefined, headers)
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('may when their origin was named, and others still may not', async () => {
    const { send } = openApp({ origins: [ORIGIN] })
    const read = await send('GET', '/v1/things/a', undefined, { origin: ORIGIN })
    expect(read.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(read.headers.get('access-control-expose-headers')).toContain('X-Request-Id')
    expect(read.headers.get('vary')).toBe('Origin')
    const asked = await send('OPTIONS', '/mcp', undefined, {
      ...ask,
      'access-control-request-headers': 'authorization,content-type',
    })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST')
    expect(asked.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    const other = await send('GET', '/v1/things/a', undefined, { origin: 'https://evil.example.com' })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('the MCP door', () => {
  test('is given the request, who calls and the request id, and its answer gets the headers of all answers', async () => {
    const given: unknown[] = []
    const { send } = openApp({
      mcp: {
        fetch: async (request, actor, { requestId }) => {
          given.push(await request.json(), actor, requestId)
          return new Response('data: 1\n\n', { headers: { 'content-type': 'text/event-stream' } })
        },
      },
    })
    const response = await send('POST', '/mcp', { jsonrpc: '2.0' }, { 'x-request-id': 'abc' })
    expect(given).toEqual([{ jsonrpc: '2.0' }, LOCAL_PERSON, 'abc'])
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-request-id')).toBe('abc')
  })
})

describe('health', () => {
  test('readiness names what failed', async () => {
    const { send } = openApp({
      ready: async () => ({ ok: false, checks: { store: 'ok', queue: 'failed' } }),
    })
    const response = await send('GET', '/readyz')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ status: 'not_ready', checks: { store: 'ok', queue: 'failed' } })
  })

  test('a check that breaks is a problem without its reason', async () => {
    const { send } = openApp({ ready: () => Promise.reject(new Error('postgres://user:pass@host')) })
    const response = await send('GET', '/readyz')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('pass')
  })
})

describe('the access log', () => {
  test('says who, what and how long, and neither query nor body', async () => {
    const { send, fixture } = openApp()
    await send('GET', '/v1/things/a?tags=private')
    await send('PATCH', '/v1/things/a', { tags: 'private' })
    expect(fixture.logged.map(({ level, message }) => [level, message])).toEqual([
      ['debug', 'request'],
      ['info', 'request refused'],
    ])
    expect(fixture.logged[0]?.fields).toEqual({
      requestId: expect.any(String),
      method: 'GET',
      path: '/v1/things/a',
      status: 200,
      durationMs: expect.any(Number),
      actorId: 'local',
    })
    expect(fixture.logged[1]?.fields).toMatchObject({ status: 400, code: 'invalid_input' })
    expect(JSON.stringify(fixture.logged)).not.toContain('private')
  })
})
