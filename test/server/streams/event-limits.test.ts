/** How many streams are open at a time, over a real socket: whoever is over it is told so, and when to come back. */
import { afterEach, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { createApp } from '../../../src/server/app.ts'
import { listen } from '../../../src/server/http/listen.ts'
import type { ShareLimits } from '../../../src/server/http/shares.ts'
import { createEventStreams } from '../../../src/server/streams/event-stream.ts'
import { LOCAL_PERSON, openFixture } from '../../support/world/fixture-operations.ts'
import { createGrowingList } from '../../support/world/growing-list.ts'

const open: (() => Promise<void>)[] = []
/** Held for as long as a test lasts: a stream whose answer is garbage is left by the client. */
const answers: Response[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()))
  answers.length = 0
})

async function start(limits: Partial<ShareLimits>) {
  const list = createGrowingList()
  const { gateway } = openFixture([list.operation])
  const authenticate = async ({ headers }: Request): Promise<Actor> => {
    const keyId = headers.get('authorization')
    return keyId === null ? LOCAL_PERSON : { ...LOCAL_PERSON, keyId }
  }
  const streams = createEventStreams({ gateway, authenticate })
  const app = createApp({
    gateway,
    authenticate,
    streams,
    limits: { streams: limits },
    rateLimit: async () => ({}),
    mcp: { fetch: async () => new Response() },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  open.push(async () => {
    streams.close()
    await close(0)
  })
  return {
    app,
    list,
    streams,
    async watch(keyId?: string, method = 'GET') {
      const headers = { accept: 'text/event-stream', ...(keyId && { authorization: keyId }) }
      const answer = await fetch(`${url}/v1/lists/one/lines`, { method, headers })
      answers.push(answer)
      return { answer, status: answer.status }
    },
  }
}

test('a key has so many at a time: one more is told to wait, other keys and the owner are not', async () => {
  const { watch } = await start({ perKey: 2 })
  await watch('one')
  await watch('one')
  const { answer } = await watch('one')
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toMatchObject({
    code: 'rate_limited',
    detail: expect.stringContaining('2 open streams'),
    fix: expect.any(String),
  })
  for (const other of ['two', undefined, undefined, undefined]) {
    expect((await watch(other)).status).toBe(200)
  }
})

test('a process has so many at a time, no matter who opens them', async () => {
  const { watch } = await start({ perProcess: 2 })
  await watch('one')
  await watch()
  const { answer } = await watch('two')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(await answer.json()).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 })
})

test('many that come at once take no more than there are', async () => {
  const { watch } = await start({ perKey: 3 })
  const all = await Promise.all(Array.from({ length: 10 }, () => watch('one')))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 200, ...Array(7).fill(429)])
})

test('one that ended, that was refused its list, or that asked for no body leaves its place to another', async () => {
  const { list, watch } = await start({ perProcess: 1 })
  list.add('line')
  list.end()
  await (await watch()).answer.text()
  await (await watch()).answer.text()
  for (let times = 0; times < 3; times += 1) expect((await watch(undefined, 'HEAD')).status).toBe(200)
  list.remove()
  for (let times = 0; times < 3; times += 1) expect((await watch()).status).toBe(404)
})

test('one whose client has left leaves its place to another', async () => {
  const { app, watch } = await start({ perProcess: 1 })
  const headers = { accept: 'text/event-stream' }
  const { status, body } = await app.request('/v1/lists/one/lines', { headers })
  expect(status).toBe(200)
  expect((await watch()).status).toBe(503)
  await body?.cancel()
  expect((await watch()).status).toBe(200)
})

test('those that a stop ended leave their places', async () => {
  const { streams, watch } = await start({ perProcess: 1 })
  const { answer } = await watch()
  streams.close()
  await answer.text()
  expect((await watch()).status).toBe(200)
})
