/** What a call of the Web API says about whether it was done. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
const asked: { path: string | undefined; authorization: string | undefined; body: string }[] = []

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { authorization } = request.headers
  asked.push({ path: request.url, authorization, body: Buffer.concat(chunks).toString() })
  answer(request, response)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const never = new AbortController().signal
const call = (signal = never) =>
  createSlackApi(url, 100).call('chat.postMessage', {}, { token: 'xoxb-1', signal })
const answers = (status: number, body: object | string, headers: Record<string, string> = {}) => {
  answer = (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
}

test('no text holds characters that control or reorder what is shown', async () => {
  answers(200, { ok: true })
  const args = { text: 'a\u202eb\u0007c\n', blocks: [{ type: 'header', text: 'd\u2066e' }] }
  await createSlackApi(url).call('chat.postMessage', args, { token: 'xoxb-1', signal: never })
  const sent = new URLSearchParams(asked.at(-1)?.body)
  expect([sent.get('text'), sent.get('blocks')]).toEqual(['abc\n', '[{"type":"header","text":"de"}]'])
})

test('arguments are form fields with JSON in them, and the token is in the header alone', async () => {
  answers(200, { ok: true, ts: '1.0' }, { 'x-oauth-scopes': 'chat:write, im:history' })
  const args = { channel: 'C1', blocks: [{ type: 'divider' }], unfurl_links: false, thread_ts: undefined }
  const given = await createSlackApi(url).call('chat.postMessage', args, { token: 'xoxb-1', signal: never })
  expect(given).toEqual({
    kind: 'ok',
    body: { ok: true, ts: '1.0' },
    scopes: ['chat:write', 'im:history'],
  })
  expect(asked.at(-1)).toEqual({
    path: '/api/chat.postMessage',
    authorization: 'Bearer xoxb-1',
    body: 'channel=C1&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D&unfurl_links=false',
  })
})

test('a refusal says that nothing was done, and why', async () => {
  const errors = ['must be less than 3001 characters [json-pointer:/blocks/1/text/text]']
  answers(200, { ok: false, error: 'invalid_blocks', errors, response_metadata: { messages: ['[ERROR] x'] } })
  expect(await call()).toEqual({
    kind: 'refused',
    error: 'invalid_blocks',
    messages: [...errors, '[ERROR] x'],
  })
  answers(200, { ok: false, error: 'missing_scope', needed: 'chat:write' })
  expect(await call()).toEqual({
    kind: 'refused',
    error: 'missing_scope',
    needed: 'chat:write',
    messages: [],
  })
})

test('a limit says how long this method waits', async () => {
  answers(429, 'too many', { 'retry-after': '7' })
  expect(await call()).toEqual({ kind: 'limited', retryAfterMs: 7_000 })
  answers(200, { ok: false, error: 'ratelimited' })
  expect(await call()).toEqual({ kind: 'limited', retryAfterMs: 30_000 })
})

test('whatever may have been done before it failed is unclear', async () => {
  answers(503, 'down')
  expect(await call()).toEqual({ kind: 'unclear', why: 'status 503' })
  answers(200, { ok: false, error: 'internal_error' })
  expect(await call()).toEqual({ kind: 'unclear', why: 'internal_error' })
  answers(200, '<html>')
  expect(await call()).toEqual({ kind: 'unclear', why: 'the answer is not JSON' })
  answer = (request) => request.socket.destroy()
  expect(await call()).toMatchObject({ kind: 'unclear' })
  answer = () => undefined
  expect(await call()).toEqual({ kind: 'unclear', why: 'no answer within 100 ms' })
  expect(await call(AbortSignal.abort(new Error('stopped')))).toEqual({ kind: 'unclear', why: 'stopped' })
})

test('a redirect is not followed, since it would carry the token elsewhere', async () => {
  answers(302, '', { location: 'https://example.com/' })
  expect(await call()).toEqual({ kind: 'refused', error: 'http_302', messages: [] })
})

test('a response URL is answered with JSON, without a token', async () => {
  answers(200, 'ok')
  expect(await createSlackApi(url).respond(`${url}/respond`, { text: 'done' }, never)).toMatchObject({
    kind: 'ok',
  })
  expect(asked.at(-1)).toEqual({ path: '/api/respond', authorization: undefined, body: '{"text":"done"}' })
})
