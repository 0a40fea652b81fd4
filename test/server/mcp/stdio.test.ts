/** MCP over standard input and output: both eras, the same handlers, one person. */
import { PassThrough } from 'node:stream'
import { Client } from '@modelcontextprotocol/client'
import {
  type JSONRPCMessage,
  ReadBuffer,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serveMcpStdio } from '../../../src/server/mcp/stdio.ts'
import { type Fixture, openFixture, personNamed } from '../../support/world/fixture-operations.ts'

/** The client's end of a pair of pipes, as a program that starts the gateway holds them. */
function pipeTransport(stdin: PassThrough, stdout: PassThrough): Transport {
  const buffer = new ReadBuffer()
  const transport: Transport = {
    async start() {
      stdout.on('data', (chunk: Buffer) => {
        buffer.append(chunk)
        for (let message = buffer.readMessage(); message !== null; message = buffer.readMessage()) {
          transport.onmessage?.(message)
        }
      })
    },
    async send(message: JSONRPCMessage) {
      stdin.write(serializeMessage(message))
    },
    async close() {
      stdin.end()
      transport.onclose?.()
    },
  }
  return transport
}

let fixture: Fixture
let client: Client
let stop: () => Promise<void>
/** The pipes of the connection. */
let stdin: PassThrough
let stdout: PassThrough

type Options = NonNullable<ConstructorParameters<typeof Client>[1]>

async function connect(options: Options = {}, words: { toolsets?: string } = {}): Promise<Client> {
  stdin = new PassThrough()
  stdout = new PassThrough()
  const handle = serveMcpStdio(fixture.gateway, personNamed('owner'), {
    ...words,
    stdin,
    stdout,
  })
  stop = () => handle.close()
  client = new Client({ name: 'test', version: '1' }, options)
  // The same messages; only the two packages' names for them differ.
  await client.connect(pipeTransport(stdin, stdout) as unknown as Parameters<typeof client.connect>[0])
  return client
}

beforeEach(() => {
  fixture = openFixture()
})
afterEach(async () => {
  await client.close()
  await stop()
})

describe.each<[string, Options]>([
  ['a 2026 client', { versionNegotiation: { mode: 'auto' } }],
  ['a 2025 client', {}],
])('%s', (_name, options) => {
  test('lists, calls, reads and is told what is wrong', async () => {
    await connect(options)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('notes_add')
    const added = await client.callTool({ name: 'notes_add', arguments: { title: 'milk' } })
    expect(added.structuredContent).toMatchObject({ note: { id: 'note_1' } })
    const { contents } = await client.readResource({ uri: 'plan://today' })
    expect(contents[0]).toMatchObject({ text: '{"count":1}' })
    const failed = await client.callTool({ name: 'probe_fail' })
    expect(failed.isError).toBe(true)
    expect(JSON.stringify(failed)).not.toContain('hunter2')
  })

  test('asks the person before what cannot be undone', async () => {
    await connect({ ...options, capabilities: { elicitation: {} } })
    const asked: string[] = []
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message)
      return { action: 'accept', content: {} }
    })
    const answer = await client.callTool({ name: 'notes_wipe', arguments: {} })
    expect(answer.structuredContent).toEqual({ wiped: 0 })
    expect(asked).toHaveLength(1)
  })

  test('cancels a call, and its work stops', async () => {
    await connect(options)
    const cancel = new AbortController()
    const answer = client.callTool({ name: 'probe_wait' }, { signal: cancel.signal })
    await fixture.probe.started
    cancel.abort()
    await expect(answer).rejects.toThrow()
    await fixture.probe.aborted
  })
})

test('a 2026 client that listens hears of its own person’s changes', async () => {
  await connect({ versionNegotiation: { mode: 'auto' } })
  const heard = new Promise<string>((resolve) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri))
  })
  await client.listen({ resourceSubscriptions: ['task://1', 'task://2'] })
  fixture.publish({ uris: ['task://1'], spaceId: 'somebody else' })
  fixture.publish({ uris: ['task://2'], spaceId: 'owner' })
  expect(await heard).toBe('task://2')
})

test('a toolset is chosen when it starts, and must be known', async () => {
  await connect({}, { toolsets: 'notes' })
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['notes_add', 'notes_wipe'])
  expect(() => serveMcpStdio(fixture.gateway, personNamed('owner'), { toolsets: 'nothing' })).toThrow(
    'There is no toolset nothing.',
  )
})

/** Lines that are no message, each with the answer that its client gets in place of silence. */
const NO_MESSAGES: readonly [what: string, line: Buffer, answer: object][] = [
  [
    'text that is not UTF-8',
    Buffer.from(
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"notes_add","arguments":{"title":"caf\xe9"}}}',
      'latin1',
    ),
    {
      id: 7,
      error: { code: -32700, message: expect.stringMatching(/not UTF-8: it breaks at byte \d+ \(0xe9\)/) },
    },
  ],
  ['no JSON', Buffer.from('{"jsonrpc": '), { error: { code: -32700 } }],
  [
    'a batch',
    Buffer.from('[{"jsonrpc":"2.0","id":1,"method":"ping"}]'),
    { error: { code: -32600, message: expect.stringContaining('on a line of its own') } },
  ],
  [
    'a request whose id is no id',
    Buffer.from('{"jsonrpc":"2.0","id":{},"method":"ping"}'),
    { error: { code: -32600 } },
  ],
  [
    'a request of no stated revision',
    Buffer.from('{"id":"a","method":"ping"}'),
    { id: 'a', error: { code: -32600 } },
  ],
]

test.each(NO_MESSAGES)('%s is refused by an answer, and does nothing', async (_what, line, answer) => {
  await connect()
  const refused = new Promise<string>((resolve) => stdout.once('data', (chunk) => resolve(String(chunk))))
  // In pieces, one of which ends within a character or a word.
  for (const byte of line) stdin.write(Buffer.from([byte]))
  stdin.write('\n')
  expect(JSON.parse(await refused)).toMatchObject(answer)
  const added = await client.callTool({ name: 'notes_add', arguments: { title: 'café' } })
  expect(added.structuredContent).toMatchObject({ note: { id: 'note_1', title: 'café' } })
})
