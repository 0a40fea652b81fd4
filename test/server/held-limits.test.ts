/** How many streams and sessions a person or a team may have open is a limit that admins set. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFront, type TestFront } from '../support/front.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'

let front: TestFront
let asAnn: Record<string, string>
let asTeam: Record<string, string>
let runId: string
let teamId: string
beforeAll(async () => {
  front = await openFront({}, { models: SOME_MODEL })
  await owner('POST', '/v1/people', { id: 'ann', name: 'Ann' })
  teamId = (await owner('POST', '/v1/teams', { name: 'Garden' })).team.id
  asAnn = await keyOf({ person: 'ann' })
  asTeam = await keyOf({ teamId })
  const { run } = await owner('POST', '/v1/runs', { agent: 'assistant', goal: 'Help' }, asAnn)
  runId = run.id
})
afterAll(() => front.close())

/** What the answers have of these. */
interface Answer {
  readonly team: { readonly id: string }
  readonly run: { readonly id: string }
  readonly secret: string
  readonly items: readonly { readonly limits: readonly { readonly name: string }[] }[]
}

async function owner(method: string, path: string, body?: object, as = front.asOwner) {
  const response = await front.send(method, path, body, as)
  const answer = (await response.json()) as Answer
  expect(response.ok, JSON.stringify(answer)).toBe(true)
  return answer
}

async function keyOf(whose: object) {
  const scopes = ['runs:read', 'runs:write', 'access:read']
  const made = await owner('POST', '/v1/keys', { label: 'test', scopes, ...whose })
  return { authorization: `Bearer ${made.secret}` }
}

const set = (limit: string, value: number | null, whose: object) =>
  owner('PUT', '/v1/limits', { limit, value, ...whose })

async function useOf(limit: string, as: Record<string, string>) {
  const { items } = await owner('GET', '/v1/usage', undefined, as)
  return items[0]?.limits.find(({ name }) => name === limit)
}

const stream = () =>
  front.send('GET', `/v1/runs/${runId}/events`, undefined, { ...asAnn, accept: 'text/event-stream' })

test('streams: what an admin allows applies to the next one, and usage counts those that are open', async () => {
  await set('open_streams', 2, { personId: 'ann' })
  const first = await stream()
  expect(first.status).toBe(200)
  expect(await useOf('open_streams', asAnn)).toMatchObject({ used: 1, most: 2, setBy: 'local' })
  const refused = await stream()
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({
    detail: 'This key is at its limit of 1 open streams.',
    fix: expect.stringContaining('An admin can raise the limit'),
  })
  await set('open_streams', null, { personId: 'ann' })
  const second = await stream()
  expect(second.status).toBe(200)
  await set('open_streams', 0, { personId: 'ann' })
  await Promise.all([first.body?.cancel(), second.body?.cancel()])
  expect((await stream()).status).toBe(429)
})

test('sessions: of a team as well, each of its services with its own share', async () => {
  await set('mcp_sessions', 0, { teamId })
  const open = () => {
    const clientInfo = { name: 'client', version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const headers = { ...asTeam, accept: 'application/json, text/event-stream' }
    return front.send('POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'initialize', params }, headers)
  }
  expect(await (await open()).text()).toContain('at its limit of 0 MCP sessions in use')
  await set('mcp_sessions', 3, { teamId })
  const opened = await open()
  await opened.text()
  expect(opened.status).toBe(200)
  expect(await useOf('mcp_sessions', asTeam)).toMatchObject({ used: 1, most: 3 })
})
