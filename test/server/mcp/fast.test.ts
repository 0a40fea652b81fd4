/** The fast lane answers as the SDK does, and leaves to the SDK all that it would refuse. */
import { createMcpHandler, type ServerContext } from '@modelcontextprotocol/server'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Caller, createSelectionReader } from '../../../src/server/mcp/exchange/caller.ts'
import { createMcpDoor, type McpDoor } from '../../../src/server/mcp/mcp.ts'
import { createMcpParts, createMcpServer } from '../../../src/server/mcp/server.ts'
import { codePoint } from '../../support/code-point.ts'
import { LOCAL_PERSON, openFixture } from '../../support/world/fixture-operations.ts'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

let door: McpDoor
let viaSdk: (request: Request) => Promise<Response>

beforeAll(() => {
  const { gateway } = openFixture()
  door = createMcpDoor(gateway)
  const caller: Caller = {
    actor: LOCAL_PERSON,
    selection: createSelectionReader([])({}),
    takesStream: true,
  }
  const callerOf = (_ctx: ServerContext): Caller => caller
  const parts = createMcpParts(gateway, { callerOf, secret: 'x'.repeat(32) })
  viaSdk = createMcpHandler(() => createMcpServer(parts), { legacy: 'reject' }).fetch
})

interface Sent {
  readonly body: unknown
  readonly headers?: Record<string, string | undefined>
}

function requestOf({ body, headers = {} }: Sent): Request {
  const sent = Object.entries({ 'content-type': 'application/json', ...headers })
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: sent.filter((header): header is [string, string] => header[1] !== undefined),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** What both lanes say, without the request id that each call has of its own. */
async function bothAnswer(sent: Sent) {
  const [ours, theirs] = await Promise.all([
    door.fetch(requestOf(sent), LOCAL_PERSON),
    viaSdk(requestOf(sent)),
  ])
  const read = async (response: Response) => ({
    status: response.status,
    type: response.headers.get('content-type'),
    body: JSON.parse((await response.text()).replace(/req_\w{26}/g, 'req')),
  })
  return { ours: await read(ours), theirs: await read(theirs) }
}

function call(name: string, input: unknown, more: object = {}): Sent {
  return {
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: input, _meta: META, ...more },
    },
  }
}

const LIST: Sent = {
  headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
  body: { jsonrpc: '2.0', id: 'a', method: 'tools/list', params: { _meta: META } },
}

describe('what is right gets the same answer from both', () => {
  test.each<[string, Sent]>([
    ['a list', LIST],
    ['a call', call('probe_echo', { text: 'hello' })],
    ['a call that fails', call('probe_fail', { how: 'known' })],
    ['a call that breaks', call('probe_fail', { how: 'thrown' })],
    ['a call with a wrong input', call('probe_echo', { text: 7 })],
    ['a search', call('search_operations', { words: 'notes' })],
    ['a call through call_operation', call('call_operation', { name: 'probe.echo', input: { text: 'x' } })],
    ['a call without confirmation', call('notes_wipe', {})],
    ['an unknown tool', call('nothing', {})],
  ])('%s', async (_name, sent) => {
    const { ours, theirs } = await bothAnswer(sent)
    expect(ours).toEqual(theirs)
  })

  test('whatever the text and the id', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: codePoint }),
        fc.oneof(fc.integer(), fc.string()),
        async (text, id) => {
          const sent = call('probe_echo', { text })
          const { ours, theirs } = await bothAnswer({ ...sent, body: { ...(sent.body as object), id } })
          expect(ours).toEqual(theirs)
        },
      ),
      { numRuns: 50 },
    )
  })
})

function changed(headers: Record<string, string | undefined>): Sent {
  const sent = call('probe_echo', { text: 'hello' })
  return { ...sent, headers: { ...sent.headers, ...headers } }
}

function withMeta(meta: object): Sent {
  return call('probe_echo', { text: 'hello' }, { _meta: { ...META, ...meta } })
}

describe('what is wrong gets the same refusal as from the SDK', () => {
  test.each<[string, Sent]>([
    ['a method in the header that is not the body’s', changed({ 'mcp-method': 'tools/list' })],
    ['no method in the header', changed({ 'mcp-method': undefined })],
    ['a name in the header that is not the body’s', changed({ 'mcp-name': 'notes_add' })],
    ['no name in the header', changed({ 'mcp-name': undefined })],
    ['a name in the header that is badly encoded', changed({ 'mcp-name': '=?base64?%%?=' })],
    ['a name in the header that is well encoded', changed({ 'mcp-name': '=?base64?cHJvYmVfZWNobw==?=' })],
    ['no revision in the header', changed({ 'mcp-protocol-version': undefined })],
    ['another revision in the header', changed({ 'mcp-protocol-version': '2025-11-25' })],
    ['an unknown revision', withMeta({ 'io.modelcontextprotocol/protocolVersion': '2099-01-01' })],
    ['no capabilities', withMeta({ 'io.modelcontextprotocol/clientCapabilities': undefined })],
    ['broken capabilities', withMeta({ 'io.modelcontextprotocol/clientCapabilities': { sampling: 7 } })],
    ['a broken client', withMeta({ 'io.modelcontextprotocol/clientInfo': { name: 7 } })],
    ['a broken progress token', withMeta({ progressToken: {} })],
    ['arguments that are no object', call('probe_echo', ['hello'])],
    ['no name', call('probe_echo', {}, { name: undefined })],
    ['an id that is no id', { ...LIST, body: { ...(LIST.body as object), id: { a: 1 } } }],
    ['an id that is no whole number', { ...LIST, body: { ...(LIST.body as object), id: 1.5 } }],
    ['another JSON-RPC', { ...LIST, body: { ...(LIST.body as object), jsonrpc: '1.0' } }],
    ['params that are no object', { ...LIST, body: { ...(LIST.body as object), params: [] } }],
    ['an empty batch', { ...LIST, body: [] }],
    ['an unknown method', { ...LIST, body: { ...(LIST.body as object), method: 'nothing/here' } }],
    ['text that is no JSON document', { headers: { 'content-type': 'text/plain' }, body: 'hello' }],
  ])('%s', async (_name, sent) => {
    const { ours, theirs } = await bothAnswer(sent)
    expect(ours).toEqual(theirs)
  })
})

test('a batch without end is refused: to the rate limit it is one request', async () => {
  const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' })
  const batchOf = (length: number) => ({
    headers: { accept: 'application/json, text/event-stream' },
    body: Array.from({ length }, (_, id) => ping(id)),
  })
  expect((await door.fetch(requestOf(batchOf(25)), LOCAL_PERSON)).status).toBe(200)
  expect((await door.fetch(requestOf(batchOf(26)), LOCAL_PERSON)).status).toBe(413)
})

test('a body that is not JSON, or is too large, is refused before anything reads it', async () => {
  const broken = await door.fetch(requestOf({ body: '{"jsonrpc":' }), LOCAL_PERSON)
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ error: { code: -32700 }, id: null })
  const announced = requestOf({ body: '{}', headers: { 'content-length': String(5 * 1024 * 1024) } })
  expect((await door.fetch(announced, LOCAL_PERSON)).status).toBe(413)
  const streamed = requestOf({ body: `"${'x'.repeat(5 * 1024 * 1024)}"` })
  expect((await door.fetch(streamed, LOCAL_PERSON)).status).toBe(413)
})

test('the request id that the door is given names the call in every lane', async () => {
  for (const sent of [call('probe_fail', { how: 'known' }), call('notes_wipe', {}), call('nothing', {})]) {
    const answer = await door.fetch(requestOf(sent), LOCAL_PERSON, { requestId: 'req_given' })
    expect(await answer.text()).toContain('req_given')
  }
})
