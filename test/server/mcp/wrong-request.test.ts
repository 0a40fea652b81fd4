/** A request with wrong parameters is its client's fault, and is told so in words: by one code, of both eras. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type McpService, openMcp, replyOf } from '../../support/mcp-clients.ts'
import { post } from '../../support/mcp-raw.ts'
import { openFixture } from '../../support/world/fixture-operations.ts'

let service: McpService

beforeAll(async () => {
  service = await openMcp(openFixture().gateway)
})
afterAll(() => service.close())

const WRONG: readonly [method: string, params: object, field: string][] = [
  ['tools/list', { cursor: 5 }, 'params.cursor'],
  ['tools/call', { name: 5 }, 'params.name'],
  ['tools/call', {}, 'params.name'],
  ['tools/call', { name: 'notes_add', arguments: 5 }, 'params.arguments'],
  ['resources/list', { cursor: {} }, 'params.cursor'],
  ['resources/read', {}, 'params.uri'],
  ['resources/templates/list', { cursor: 5 }, 'params.cursor'],
  ['prompts/list', { cursor: [] }, 'params.cursor'],
  ['prompts/get', { name: 'plan_day', arguments: { day: 5 } }, 'params.arguments.day'],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'plan_day' }, argument: { name: 'day' } },
    'params.argument.value',
  ],
]

async function older(method: string, params: object): Promise<Response> {
  return fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

describe.each([
  ['2025', older],
  ['2026', (method: string, params: object) => post(service.url, method, params)],
])('revision %s', (_revision, request) => {
  test.each(WRONG)('%s %j names %s', async (method, params, field) => {
    const { error } = await replyOf(await request(method, params))
    expect(error.code).toBe(-32602)
    expect(error.message).toMatch(new RegExp(`^This ${method} is not valid: ${field}: expected [^[{]+$`))
  })
})

test('what is too long to be kept is no request', async () => {
  const body = { jsonrpc: '2.0', id: 'x'.repeat(300), method: 'ping' }
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(413)
  expect((await response.json()) as object).toMatchObject({ error: { code: -32600 } })
})
