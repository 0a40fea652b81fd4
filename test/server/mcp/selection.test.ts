/** What a caller sees and may call: toolsets, the read-only switch, scopes, by URL and by header. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  connectModern,
  connectSession,
  type McpService,
  openMcp,
  type Reply,
  replyOf,
} from '../../support/mcp-clients.ts'
import { openFixture, personNamed } from '../../support/world/fixture-operations.ts'

let service: McpService

beforeAll(async () => {
  const guest = personNamed('guest', ['tasks:read'])
  service = await openMcp(openFixture().gateway, {
    actorOf: (request) => (request.headers.has('x-guest') ? guest : personNamed('owner')),
  })
})
afterAll(() => service.close())

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** One request as a 2026 client sends it, for headers that no client sets. */
async function post(method: string, params: object, { query = '', headers = {} } = {}) {
  const name = 'name' in params ? { 'mcp-name': String(params.name) } : {}
  const response = await fetch(`${service.url}${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...name,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: META } }),
  })
  return { status: response.status, body: await replyOf(response) }
}

function toolsIn({ result }: Reply) {
  return result.tools as { name: string; outputSchema?: { properties: object } }[]
}

async function toolNames(options: Parameters<typeof post>[2]): Promise<string[]> {
  const { body } = await post('tools/list', {}, options)
  return toolsIn(body).map(({ name }) => name)
}

describe('toolsets', () => {
  test('an area that was asked for is shown whole, and nothing else', async () => {
    const names = await toolNames({ query: '?toolsets=notes' })
    expect(names).toEqual(['notes_add', 'notes_wipe'])
    expect(await toolNames({ headers: { 'x-switchboard-toolsets': 'notes' } })).toEqual(names)
  })

  test('all shows every operation and needs no search', async () => {
    const names = await toolNames({ query: '?toolsets=all' })
    expect(names).toContain('notes_wipe')
    expect(names).not.toContain('search_operations')
  })

  test('an area that was asked for tells what it answers with', async () => {
    const { body } = await post('tools/list', {}, { query: '?toolsets=probe' })
    const echo = toolsIn(body).find(({ name }) => name === 'probe_echo')
    expect(echo?.outputSchema?.properties).toHaveProperty('text')
    expect(echo?.outputSchema?.properties).toHaveProperty('error')
  })

  test('an unknown toolset is refused with the known ones', async () => {
    const { status, body } = await post('tools/list', {}, { query: '?toolsets=notes,nothing' })
    expect(status).toBe(400)
    expect(body.error.message).toBe(
      'There is no toolset nothing. Known toolsets: notes, probe, profile, projects, tasks, and all.',
    )
  })

  test('what lies outside cannot be called', async () => {
    const call = { name: 'probe_echo', arguments: { text: 'hello' } }
    const { body } = await post('tools/call', call, { query: '?toolsets=notes' })
    expect(body.error.code).toBe(-32602)
  })
})

describe('read-only', () => {
  test.each([
    { query: '?readonly=1' },
    { headers: { 'x-switchboard-readonly': '1' } },
    { query: '?readonly=0', headers: { 'x-switchboard-readonly': '1' } },
    { query: '?readonly=1', headers: { 'x-switchboard-readonly': '0' } },
  ])('hides and refuses all that writes, by %j', async (options) => {
    const names = await toolNames(options)
    expect(names).toContain('tasks_list')
    expect(names).not.toContain('notes_add')
    const refused = await post('tools/call', { name: 'notes_add', arguments: { title: 'milk' } }, options)
    const reached = { name: 'call_operation', arguments: { name: 'notes.add', input: { title: 'milk' } } }
    expect(refused.body.error.code).toBe(-32602)
    expect((await post('tools/call', reached, options)).body.result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'not_found' } },
    })
  })

  test.each(['?readonly', '?readonly=yes', '?readonly=TRUE', '?readonly=on&toolsets=notes'])(
    '%s is read as it is meant',
    async (query) => {
      expect(await toolNames({ query })).not.toContain('notes_add')
    },
  )
})

describe('what is not plain is refused with what to write, so that no switch is off without a word', () => {
  test.each([
    [{ query: '?readonly=maybe' }, /readonly is 1 or 0, not maybe/],
    [{ query: '?ReadOnly=1' }, /unknown name "ReadOnly"; the nearest is readonly\..*Use readonly=1/],
    [{ query: '?READONLY=1' }, /the nearest is readonly/],
    [{ query: '?read-only=1' }, /the nearest is readonly/],
    [{ query: '?readonly=0&readonly=1' }, /readonly occurs more than once/],
    [{ query: '?readonly=1&readonly=1' }, /more than once/],
    [{ query: '?%72eadonly=0&readonly=1' }, /more than once/],
    [{ query: '?readonly=1;toolsets=notes' }, /readonly is 1 or 0/],
    [{ query: '?toolset=notes' }, /the nearest is toolsets/],
    [{ query: '?toolsets=notes&toolsets=probe' }, /more than once/],
    [{ query: '?toolsets=' }, /No toolset is named/],
    [{ query: '?toolsets=,' }, /No toolset is named/],
    [{ query: '?x=1' }, /unknown name "x"\./],
    [{ query: `?${'x'.repeat(5_000)}=1` }, /unknown name "x{61}\.\.\."/],
    [{ headers: { 'x-switchboard-readonly': '0, 1' } }, /readonly is 1 or 0/],
    [{ headers: { 'x-switchboard-read-only': '1' } }, /Send x-switchboard-readonly instead/],
    [{ headers: { 'x-switchboard-toolset': 'notes' } }, /Send x-switchboard-toolsets instead/],
  ])('%j', async (options, message) => {
    const { status, body } = await post(
      'tools/call',
      { name: 'notes_add', arguments: { title: 'x' } },
      options,
    )
    expect(status).toBe(400)
    expect(body.error.message).toMatch(message)
  })
})

describe('scopes', () => {
  test('what a caller may not use is not listed, and looks as if it were not there', async () => {
    const headers = { 'x-guest': '1' }
    expect(await toolNames({ headers })).not.toContain('notes_add')
    const forbidden = await post('tools/call', { name: 'profile_secret', arguments: {} }, { headers })
    const unknown = await post('tools/call', { name: 'profile_nothing', arguments: {} }, { headers })
    const nameless = (text: string) => text.replace(/profile_\w+/g, 'X').replace(/req_\w+/g, 'R')
    expect(nameless(JSON.stringify(forbidden))).toBe(nameless(JSON.stringify(unknown)))
  })
})

test.each([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
])('%s takes its selection from its URL', async (_name, connect) => {
  const client = await connect(`${service.url}?toolsets=notes&readonly=1`)
  expect((await client.listTools()).tools).toEqual([])
  await client.close()
})
