/** What a client says that it accepts, as RFC 9110 has it, and how it reaches the door: over a real socket. */
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptedBy, prefersEvents } from '../../../src/server/http/accept.ts'
import { type Attacked, initialize, openAttacked } from '../../support/attacked.ts'
import { connectModern, connectOld, connectSession } from '../../support/mcp-clients.ts'
import { requestJson } from '../../support/mcp-raw.ts'

let gateway: Attacked

beforeAll(async () => {
  gateway = await openAttacked()
})
afterAll(() => gateway.close())

const BOTH = { json: true, stream: true }
const JSON_ONLY = { json: true, stream: false }
const STREAM_ONLY = { json: false, stream: true }
const NEITHER = { json: false, stream: false }

describe('Accept', () => {
  test.each([
    [null, BOTH],
    ['', BOTH],
    [' , ,', BOTH],
    ['*/*', BOTH],
    ['application/*, text/*', BOTH],
    ['Application/JSON, TEXT/event-stream', BOTH],
    ['text/event-stream,application/json', BOTH],
    ['application/json;q=0.9, text/event-stream;q=0.1', BOTH],
    ['application/json; charset=utf-8, text/event-stream', BOTH],
    ['text/html, */*;q=0.1', BOTH],
    ['application/json', JSON_ONLY],
    ['application/*', JSON_ONLY],
    ['application/json, text/event-stream;q=0', JSON_ONLY],
    ['*/*, text/event-stream;q=0', JSON_ONLY],
    ['text/event-stream; Q=0.000, */*', JSON_ONLY],
    ['text/*;q=0, */*', JSON_ONLY],
    ['text/event-stream', STREAM_ONLY],
    ['text/*', STREAM_ONLY],
    ['*/*;q=0, text/event-stream', STREAM_ONLY],
    ['application/json;q=0, */*;q=0.5', STREAM_ONLY],
    ['text/html', NEITHER],
    ['application/xml, image/*', NEITHER],
    ['*/*;q=0', NEITHER],
    ['application/json;q=0', NEITHER],
    ['application/jsonx, text/event-streams', NEITHER],
  ])('%j', (header, accepted) => {
    expect(acceptedBy(header)).toEqual(accepted)
  })

  test.each([
    ['text/event-stream', true],
    ['Text/Event-Stream', true],
    ['application/json, text/event-stream', true],
    ['text/event-stream, */*;q=0.1', true],
    ['text/event-stream;q=0', false],
    ['text/event-stream;q=0.5, application/json', false],
    ['text/*', false],
    ['*/*', false],
    [null, false],
  ])('on the route of a list, %j wants a stream: %s', (header, wanted) => {
    expect(prefersEvents(header)).toBe(wanted)
  })
})

interface Sent {
  readonly accept?: string | undefined
  readonly path?: string
  readonly method?: string
  readonly session?: string
  readonly revision?: string
}

/** Node's own client: `fetch` adds an Accept of its own. */
async function send(body: object | undefined, { accept, path = '/mcp', method = 'POST', ...more }: Sent) {
  const request = httpRequest(`${gateway.url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(accept !== undefined && { accept }),
      ...(more.session && { 'mcp-session-id': more.session }),
      ...(more.revision && { 'mcp-protocol-version': more.revision }),
      ...(more.revision === '2026-07-28' && { 'mcp-method': 'tools/call', 'mcp-name': 'probe_echo' }),
    },
  })
  request.end(body && JSON.stringify(body))
  const [response]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage]
  return {
    status: response.statusCode,
    type: response.headers['content-type'] ?? '',
    session: String(response.headers['mcp-session-id']),
    response,
  }
}

async function read({ response }: Awaited<ReturnType<typeof send>>): Promise<unknown> {
  const body = await text(response)
  return JSON.parse(body.replace(/^event: message\ndata: /, ''))
}

const ECHO = {
  jsonrpc: '2.0',
  id: 2,
  method: 'tools/call',
  params: { name: 'probe_echo', arguments: { text: 'hello' } },
}
const PROMPTS = { jsonrpc: '2.0', id: 3, method: 'prompts/list' }
const ECHOED = { result: { structuredContent: { text: 'hello' } } }

describe.each([
  [undefined, /json|event-stream/],
  ['*/*', /json|event-stream/],
  ['application/*;q=0.5, TEXT/*', /json|event-stream/],
  ['application/json', /^application\/json$/],
  ['text/event-stream', /^text\/event-stream$/],
])('a client that sends Accept: %s', (accept, type) => {
  test('opens a session and is answered within it by a type that it takes', async () => {
    const opened = await send(initialize(), { accept })
    expect(opened.status).toBe(200)
    expect(opened.type).toMatch(type)
    expect(await read(opened)).toMatchObject({ id: 1, result: { serverInfo: { name: 'switchboard' } } })
    const { session } = opened
    const echoed = await send(ECHO, { accept, session })
    expect(echoed.type).toMatch(type)
    expect(await read(echoed)).toMatchObject(ECHOED)
    const listed = await send(PROMPTS, { accept, session })
    expect(listed.type).toMatch(type)
    expect(await read(listed)).toMatchObject({ id: 3, result: { prompts: expect.any(Array) } })
  })

  test('is answered without a session, and by the revision of 2026', async () => {
    for (const message of [ECHO, PROMPTS]) {
      const answer = await send(message, { accept })
      expect(answer.type).toMatch(type)
      expect(await read(answer)).toMatchObject({ id: message.id, result: expect.any(Object) })
    }
    const body = JSON.parse(requestJson('tools/call', ECHO.params, {}))
    const modern = await send(body, { accept, revision: '2026-07-28' })
    expect(modern.type).toMatch(type)
    expect(await read(modern)).toMatchObject(ECHOED)
  })
})

test('a client that takes JSON only gets all answers of a batch in one list', async () => {
  const { session } = await send(initialize(), { accept: 'application/json' })
  const answer = await send([PROMPTS, ECHO], { accept: 'application/json', session })
  expect(answer.type).toBe('application/json')
  const replies = await read(answer)
  expect(replies).toHaveLength(2)
  expect(replies).toEqual(expect.arrayContaining([expect.objectContaining({ id: 3 })]))
})

test('a client that takes JSON only is told of no progress, and asked nothing that it cannot hear', async () => {
  const accept = 'application/json'
  const { session } = await send(initialize({ elicitation: {} }), { accept })
  const call = (name: string, more: object) => ({
    jsonrpc: '2.0',
    id: 4,
    method: 'tools/call',
    params: { name, arguments: {}, ...more },
  })
  const wiped = await send(call('notes_wipe', {}), { accept, session })
  expect(await read(wiped)).toMatchObject({
    result: { isError: true, structuredContent: { error: { code: 'confirmation_required' } } },
  })
  gateway.probe.release()
  const waited = await send(call('probe_wait', { _meta: { progressToken: 1 } }), { accept, session })
  expect(waited.type).toBe('application/json')
  expect(await read(waited)).toMatchObject({ id: 4, result: { structuredContent: { stopped: false } } })
})

test('a client that takes neither is told which there are, and so is one that takes no stream where there is nothing else', async () => {
  const refused = await send(PROMPTS, { accept: 'text/html' })
  expect(refused.status).toBe(406)
  expect(await read(refused)).toMatchObject({
    error: {
      message:
        'Not Acceptable: answers are application/json or text/event-stream, and Accept allows neither.',
    },
  })
  const { session } = await send(initialize(), {})
  const stream = await send(undefined, { method: 'GET', accept: 'application/json', session })
  expect(stream.status).toBe(406)
  stream.response.resume()
})

test('any range of streams opens the stream of a session', async () => {
  const { session } = await send(initialize(), {})
  const { status, type, response } = await send(undefined, { method: 'GET', accept: '*/*', session })
  expect([status, type]).toEqual([200, 'text/event-stream'])
  response.destroy()
})

describe('a slash at the end', () => {
  test.each([
    ['a client of revision 2026-07-28', connectModern],
    ['a client with a session', connectSession],
    ['a client of the older SDK', connectOld],
  ])('changes nothing for %s', async (_name, connect) => {
    const client = await connect(`${gateway.url}/mcp/`)
    const answer = await client.callTool({ name: 'probe_echo', arguments: { text: 'hello' } })
    expect(answer.structuredContent).toEqual({ text: 'hello' })
    await client.close()
  })

  test('changes nothing for any other route or method', async () => {
    for (const path of ['/v1/plan', '/healthz', '/docs', '/openapi.json']) {
      expect((await fetch(`${gateway.url}${path}/`)).status).toBe(200)
    }
    const { session } = await send(initialize(), {})
    const ended = await send(undefined, { method: 'DELETE', path: '/mcp/', session })
    expect(ended.status).toBe(200)
    const wrong = await fetch(`${gateway.url}/mcp/`, { method: 'PUT' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, DELETE, OPTIONS'])
  })
})

test.each(['2099-01-01', '2025-99-99', 'latest', 'DRAFT-2025-v3', '1.0'])(
  'an initialize with the unknown revision %s in its header is negotiated like one with it in its body',
  async (revision) => {
    const inHeader = await send(initialize(), { revision })
    const inBody = await send(initialize({}, { protocolVersion: revision }), {})
    const inBoth = await send(initialize({}, { protocolVersion: revision }), { revision })
    const answers = await Promise.all([inHeader, inBody, inBoth].map(read))
    for (const answer of answers) {
      expect(answer).toMatchObject({ result: { protocolVersion: '2025-11-25' } })
    }
  },
)
