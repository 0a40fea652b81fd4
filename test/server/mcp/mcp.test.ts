/** The MCP door through official clients of each era, over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  connectModern,
  connectOld,
  connectSession,
  type McpService,
  openMcp,
} from '../../support/mcp-clients.ts'
import { type Fixture, openFixture } from '../../support/world/fixture-operations.ts'

let fixture: Fixture
let service: McpService

beforeAll(async () => {
  fixture = openFixture()
  service = await openMcp(fixture.gateway)
})
afterAll(() => service.close())

/** What all official clients have in common. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<Record<string, unknown>>
  close(): Promise<void>
}

describe.each<[string, (url: string) => Promise<AnyClient>]>([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
  ['a client of the older SDK', connectOld as unknown as (url: string) => Promise<AnyClient>],
])('%s', (_name, connect) => {
  test('sees what is listed by default and the two meta tools', async () => {
    const client = await connect(service.url)
    const { tools } = await client.listTools()
    const names = tools.map(({ name }) => name)
    expect(names).toContain('notes_add')
    expect(names).toContain('search_operations')
    expect(names).toContain('call_operation')
    expect(names).not.toContain('notes_wipe')
    await client.close()
  })

  test('gets text and structured content from one result', async () => {
    const client = await connect(service.url)
    expect(await client.callTool({ name: 'probe_echo', arguments: { text: 'hello' } })).toMatchObject({
      content: [{ type: 'text', text: 'hello' }],
      structuredContent: { text: 'hello' },
    })
    await client.close()
  })

  test('reads an error with its code, its way out and its request id, and never what is not ours to tell', async () => {
    const client = await connect(service.url)
    const known = await client.callTool({ name: 'probe_fail', arguments: { how: 'known' } })
    expect(known).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'conflict', message: 'It is taken.', fix: 'Take another.' } },
    })
    expect(JSON.stringify(known.content)).toMatch(
      /conflict: It is taken\. Take another\. \(request req_\w{26}\)/,
    )
    for (const how of ['thrown', 'told']) {
      const hidden = await client.callTool({ name: 'probe_fail', arguments: { how } })
      expect(JSON.stringify(hidden)).not.toContain('hunter2')
    }
    const invalid = await client.callTool({ name: 'notes_add', arguments: { title: 7 } })
    expect(invalid).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } })
    await client.close()
  })
})
