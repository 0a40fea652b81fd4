/** The log of a run as a stream, on a real database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEvents, type ServerEvent } from '../../../src/cli/input/read-events.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { createApp } from '../../../src/server/app.ts'
import { createEventStreams } from '../../../src/server/streams/event-stream.ts'
import { operations } from '../../../src/tools/registry.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { LOCAL_PERSON, personNamed } from '../../support/world/fixture-operations.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

const CALLERS: Readonly<Record<string, Actor>> = {
  'Bearer other': personNamed('somebody'),
  'Bearer lesser': { ...LOCAL_PERSON, scopes: ['runs:read'] },
}

const HOUR_MS = 3_600_000

let gateway: TestGateway
let streams: ReturnType<typeof createEventStreams>
let app: ReturnType<typeof createApp>

beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
  const authenticate = async (request: Request): Promise<Actor> =>
    CALLERS[request.headers.get('authorization') ?? ''] ?? LOCAL_PERSON
  // No look by the clock helps: what wakes a stream is the notice of a change.
  streams = createEventStreams({
    gateway,
    authenticate,
    times: { pollMs: HOUR_MS, recheckMs: HOUR_MS, heartbeatMs: 50 },
  })
  app = createApp({
    gateway,
    authenticate,
    streams,
    rateLimit: async () => ({}),
    mcp: { fetch: async () => new Response() },
    ready: async () => ({ ok: true, checks: {} }),
    isDraining: () => false,
    keysRequired: false,
  })
})

afterAll(async () => {
  streams.close()
  await gateway.close()
})

async function startRun(): Promise<string> {
  const body = JSON.stringify({ agent: 'assistant', goal: 'tidy up' })
  const headers = { 'content-type': 'application/json' }
  const response = await app.request('/v1/runs', { method: 'POST', headers, body })
  const answer = (await response.json()) as { run: { id: string } }
  return answer.run.id
}

const cancel = (runId: string) =>
  app.request(`/v1/runs/${runId}/cancel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })

const stream = (runId: string, headers: Record<string, string> = {}) =>
  app.request(`/v1/runs/${runId}/events`, { headers: { accept: 'text/event-stream', ...headers } })

async function allOf({ body }: Response): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  if (body !== null) for await (const event of readEvents(body)) events.push(event)
  return events
}

test('a run is streamed from its first event to its end, and resumed from any', async () => {
  const runId = await startRun()
  const watching = allOf(await stream(runId))
  expect((await cancel(runId)).status).toBe(200)
  const events = await watching
  expect(events[0]).toMatchObject({ type: 'run.created', lastId: '1' })
  expect(events.at(-2)?.type).toBe('run.cancelled')
  expect(events.at(-1)?.type).toBe('end')
  const ids = events.slice(0, -1).map(({ lastId }) => Number(lastId))
  expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1))
  expect(await allOf(await stream(runId, { 'last-event-id': '1' }))).toEqual(events.slice(1))
})

test('what another person may not read looks like what is not there', async () => {
  const runId = await startRun()
  const refused = await stream(runId, { authorization: 'Bearer other' })
  expect(refused.status).toBe(404)
  expect(await refused.json()).toMatchObject({ code: 'not_found' })
})

test('a run that is named by its number is streamed like one named by its id', async () => {
  const runId = await startRun()
  const answer = await app.request(`/v1/runs/${runId}`)
  const { run } = (await answer.json()) as { run: { ref: string } }
  const reader = (await stream(run.ref.toLowerCase())).body?.getReader()
  async function readTo(words: string): Promise<void> {
    for (let text = ''; !text.includes(words); ) {
      const { value, done } = (await reader?.read()) ?? { done: true }
      if (done) throw new Error(`the stream ended without ${words}`)
      text = new TextDecoder().decode(value)
    }
  }
  await readTo('run.created')
  // A heartbeat says that the stream has all there is, and waits.
  await readTo(': still here')
  expect((await cancel(run.ref)).status).toBe(200)
  await readTo('run.cancelled')
  await reader?.cancel()
})

test('two keys of one person who watch together each see what they may read', async () => {
  const runId = await startRun()
  const all = allOf(await stream(runId))
  const bounded = allOf(await stream(runId, { authorization: 'Bearer lesser' }))
  await cancel(runId)
  const [whole, less] = [await all, await bounded]
  expect(less.map(({ type }) => type)).toEqual(whole.map(({ type }) => type))
  expect(whole[0]?.data).toContain('tidy up')
  expect(JSON.stringify(less)).not.toContain('tidy up')
  expect(less[0]?.data).toMatch(/Not shown: needs tasks:read, .*projects:read/)
})
