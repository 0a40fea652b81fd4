/** Calls that run for a while: progress, and a cancel that really stops the work. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

beforeEach(async () => {
  fixture = openFixture()
  service = await openMcp(fixture.gateway)
})
afterEach(() => service.close())

describe.each([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
])('%s', (_name, connect) => {
  test('is told of progress before the answer', async () => {
    const client = await connect(service.url)
    const heard: unknown[] = []
    const answer = client.callTool(
      { name: 'probe_wait' },
      {
        onprogress(progress) {
          heard.push(progress)
          // The first notice proves that the stream is open: only then may the call end.
          fixture.probe.release()
        },
      },
    )
    expect(await answer).toMatchObject({ structuredContent: { stopped: false } })
    expect(heard).toEqual([
      { progress: 1, total: 2, message: 'half way' },
      { progress: 2, total: 2 },
    ])
    await client.close()
  })

  test.each([
    ['without progress', {}],
    ['while progress is streamed', { onprogress: () => undefined }],
  ])('cancels a call %s, and its work stops', async (_how, options) => {
    const client = await connect(service.url)
    const cancel = new AbortController()
    const answer = client.callTool({ name: 'probe_wait' }, { signal: cancel.signal, ...options })
    await fixture.probe.started
    cancel.abort()
    await expect(answer).rejects.toThrow()
    await fixture.probe.aborted
    await client.close()
  })
})

test('a client of the older SDK cancels a call, and its work stops', async () => {
  const client = await connectOld(service.url)
  const cancel = new AbortController()
  const answer = client.callTool({ name: 'probe_wait' }, undefined, { signal: cancel.signal })
  await fixture.probe.started
  cancel.abort()
  await expect(answer).rejects.toThrow()
  await fixture.probe.aborted
  await client.close()
})

test('a 2025 client that loses its connection has not cancelled', async () => {
  const client = await connectSession(service.url)
  const { sessionId } = client.transport as unknown as { sessionId: string }
  const gone = new AbortController()
  const answer = fetch(service.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': sessionId,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'probe_wait' } }),
    signal: gone.signal,
  })
  await fixture.probe.started
  gone.abort()
  await expect(answer).rejects.toThrow()
  // Another call on the same gateway comes through afterwards, so that the disconnect has been seen by then.
  await client.callTool({ name: 'probe_echo', arguments: { text: 'still here' } })
  fixture.probe.release()
  await expect(Promise.race([fixture.probe.aborted, Promise.resolve('running')])).resolves.toBe('running')
  await client.close()
})
