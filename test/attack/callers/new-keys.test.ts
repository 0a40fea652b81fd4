/** No way leads to a key that may do more than whoever makes it: over HTTP, with real keys of every kind. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFront, type TestFront } from '../../support/front.ts'
import { addPeople } from '../../support/world/add-people.ts'

let front: TestFront
/** A person who may make keys and write tasks. */
let ada: Record<string, string>
/** A program of hers that may do the same. */
let service: Record<string, string>

beforeAll(async () => {
  front = await openFront()
  await addPeople(front.gateway.db, ['ada', 'bob'])
  const scopes = ['access:write', 'tasks:write']
  ada = await newKey(front.asOwner, { scopes, person: 'ada' })
  service = await newKey(front.asOwner, { scopes, person: 'ada', kind: 'service' })
})
afterAll(() => front.close())

type Headers = Readonly<Record<string, string>>

function make(headers: Headers, input: object): Promise<Response> {
  return front.send('POST', '/v1/keys', { label: 'k', ...input }, { ...headers })
}

async function newKey(headers: Headers, input: object): Promise<Record<string, string>> {
  const response = await make(headers, input)
  expect(response.status).toBe(200)
  const { secret } = (await response.json()) as { secret: string }
  return { authorization: `Bearer ${secret}` }
}

async function openClient(headers: Headers): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const url = new URL(`${front.url}/mcp?toolsets=all`)
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  return client
}

test('the maker can make keys at all', async () => {
  expect((await make(ada, { scopes: ['tasks:read'] })).status).toBe(200)
  expect((await make(service, { scopes: ['tasks:read'], kind: 'service' })).status).toBe(200)
})

describe('a key beyond its maker is refused', () => {
  test.each([
    ['admin', { scopes: ['admin'] }],
    ['a scope of another area', { scopes: ['projects:read'] }],
    ['one scope too many', { scopes: ['tasks:read', 'runs:write'] }],
    ['a scope twice, and another', { scopes: ['tasks:write', 'tasks:write', 'admin'] }],
    ['the right to approve', { scopes: ['approvals:decide'] }],
    ['for another person', { scopes: ['tasks:read'], person: 'bob' }],
    ['for the owner', { scopes: ['tasks:read'], person: 'local' }],
  ])('for a person: %s', async (_, input) => {
    expect((await make(ada, input)).status).toBe(403)
    expect((await make(service, { ...input, kind: 'service' })).status).toBe(403)
  })

  test.each([
    ['a scope in another case', { scopes: ['Admin'] }],
    ['a scope with blanks', { scopes: [' admin'] }],
    ['every scope by a star', { scopes: ['*'] }],
    ['scopes as a text', { scopes: 'admin' }],
    ['a scope in a list in the list', { scopes: [['admin']] }],
    ['a person in another case', { scopes: ['tasks:read'], person: 'LOCAL' }],
    ['a person that looks like a key', { scopes: ['tasks:read'], person: 'key_01h455vb4pex5vsknk084sn02q' }],
    ['a kind that is none', { scopes: ['tasks:read'], kind: 'agent' }],
    [
      'fields of the stored key',
      { scopes: ['tasks:read'], personId: 'local', createdBy: 'local', hash: 'x' },
    ],
  ])('as no key: %s', async (_, input) => {
    expect((await make(ada, input)).status).toBe(400)
  })

  test('in the name of the person, by a program', async () => {
    expect((await make(service, { scopes: ['tasks:read'], kind: 'person' })).status).toBe(403)
    // Said nothing, it is a person's.
    expect((await make(service, { scopes: ['tasks:read'] })).status).toBe(403)
  })

  test('in two steps', async () => {
    const child = await newKey(ada, { scopes: ['access:write', 'tasks:read'] })
    expect((await make(child, { scopes: ['tasks:write'] })).status).toBe(403)
    const bare = await newKey(ada, { scopes: ['tasks:write'] })
    expect((await make(bare, { scopes: ['tasks:read'] })).status).toBe(403)
  })

  test('by the words of the address beside the body, of which only one can hold', async () => {
    const response = await front.send(
      'POST',
      '/v1/keys?scopes=admin&person=local',
      { label: 'k', scopes: ['tasks:read'] },
      ada,
    )
    expect([400, 403]).toContain(response.status)
  })

  test("with the idempotency key of the owner's own call", async () => {
    const input = { label: 'twice', scopes: ['admin'] }
    const key = { 'idempotency-key': 'make-1' }
    expect((await make({ ...front.asOwner, ...key }, input)).status).toBe(200)
    expect((await make({ ...ada, ...key }, input)).status).toBe(403)
    expect((await make(key, input)).status).toBe(403)
  })

  test('over MCP, by its own name or through another tool, for anybody', async () => {
    for (const headers of [{}, ada, service, front.asOwner]) {
      const client = await openClient({ ...headers })
      const input = { label: 'k', scopes: ['tasks:read'] }
      const calls = [
        { name: 'access_create_key', arguments: input },
        { name: 'call_operation', arguments: { name: 'access.create_key', input } },
      ]
      for (const call of calls) {
        const answer = await client.callTool(call).catch((error: unknown) => String(error))
        expect(JSON.stringify(answer)).not.toMatch(/sb_[\w-]{40,}/)
      }
      await client.close()
    }
  })

  test('after its own end', async () => {
    const made = await make(ada, { scopes: ['access:write'] })
    const { key, secret } = (await made.json()) as { key: { id: string }; secret: string }
    await front.send('POST', `/v1/keys/${key.id}/revoke`, { confirm: true }, ada)
    expect((await make({ authorization: `Bearer ${secret}` }, { scopes: ['access:write'] })).status).toBe(401)
  })
})
