/** The application on a real socket: what only a connection can show. */

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { BODY_MAX_BYTES } from '../../src/server/http/body.ts'
import { type Listening, listen } from '../../src/server/http/listen.ts'
import { openApp } from '../support/http-app.ts'

const HOST = '127.0.0.1'

const open: Listening[] = []

async function start(parts: Parameters<typeof openApp>[0] = {}) {
  const testApp = openApp(parts)
  const peers: (string | undefined)[] = []
  const listening = await listen(testApp.app, {
    host: HOST,
    port: 0,
    onRequest: (_request, { socket }) => peers.push(socket.remoteAddress),
  })
  open.push(listening)
  return { ...testApp, ...listening, peers }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close(0)))
})

/** Sends raw text and gives back all that is answered until the other side closes. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), HOST)
  socket.setEncoding('utf8')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}

test('a call over a socket is answered, and its address is told', async () => {
  const { url, peers } = await start()
  const response = await fetch(`${url}/v1/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"milk"}',
  })
  expect(await response.json()).toMatchObject({ note: { title: 'milk' } })
  expect(peers).toEqual([HOST])
})

test('what another door answers gets the headers of all answers, also while it streams', async () => {
  const { url } = await start({
    rateLimit: async () => ({ RateLimit: '"user";r=1;t=2' }),
    mcp: {
      fetch: async ({ method }) =>
        method === 'GET'
          ? new Response(new Blob(['data: 1']).stream(), { headers: { 'content-type': 'text/event-stream' } })
          : Response.json({ ok: true }, { status: 202 }),
    },
  })
  for (const method of ['GET', 'POST']) {
    const response = await fetch(`${url}/mcp`, { method, headers: { 'x-request-id': 'abc' } })
    expect(response.headers.get('x-request-id')).toBe('abc')
    expect(response.headers.get('ratelimit')).toBe('"user";r=1;t=2')
    expect(response.status).toBe(method === 'GET' ? 200 : 202)
    expect(await response.text()).toContain(method === 'GET' ? 'data: 1' : 'ok')
  }
})

test('a write without a body is read at once', async () => {
  const { url } = await start()
  expect((await fetch(`${url}/v1/things/a?confirm=true`, { method: 'DELETE' })).status).toBe(200)
})

test('a caller who goes away stops the operation', async () => {
  const { url, fixture } = await start()
  const leaving = new AbortController()
  const call = fetch(`${url}/v1/probe/wait`, { method: 'POST', signal: leaving.signal })
  await fixture.probe.started
  leaving.abort()
  await expect(call).rejects.toThrow()
  await fixture.probe.aborted
})

test('a body whose length is not announced is cut off at the limit', async () => {
  const { url } = await start()
  const half = new Uint8Array(BODY_MAX_BYTES / 2 + 1).fill(32)
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1
      controller.enqueue(half)
      if (sent === 2) controller.close()
    },
  })
  const response = await fetch(`${url}/v1/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
  })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ code: 'payload_too_large' })
})

test('an invalid Host is a problem', async () => {
  const { url } = await start()
  const answer = await raw(url, 'GET /v1/things/a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1.1 400/)
  expect(answer).toContain('application/problem+json')
})

test.each([
  ['hello\r\n\r\n', '400 Bad Request', 'invalid_input'],
  [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, '413 Payload Too Large', 'payload_too_large'],
])(
  'what the HTTP parser gives up on is answered as a problem that says the way out (%#)',
  async (sent, status, code) => {
    const { url } = await start()
    const answer = await raw(url, sent)
    expect(answer).toContain(`HTTP/1.1 ${status}\r\n`)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      code,
      fix: expect.any(String),
      requestId: expect.stringMatching(/^req_/),
    })
  },
)

test('closing waits for the answer under way, then takes no more', async () => {
  const { url, fixture, close } = await start()
  const call = fetch(`${url}/v1/probe/wait`, { method: 'POST' })
  await fixture.probe.started
  const closed = close(10_000)
  fixture.probe.release()
  expect((await call).status).toBe(200)
  await closed
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})

test('closing does not wait for ever', async () => {
  const { url, fixture, close } = await start()
  const call = fetch(`${url}/v1/probe/wait`, { method: 'POST' })
  const cut = expect(call).rejects.toThrow()
  await fixture.probe.started
  await close(20)
  await cut
})

test('a taken port is named, with the way out', async () => {
  const { url, app } = await start()
  const port = Number(new URL(url).port)
  await expect(listen(app, { host: HOST, port })).rejects.toMatchObject({
    code: 'unavailable',
    message: `Port ${port} on ${HOST} is taken by another program.`,
  })
})

test('an address of another machine is named', async () => {
  const { app } = await start()
  await expect(listen(app, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'invalid_input' })
})
