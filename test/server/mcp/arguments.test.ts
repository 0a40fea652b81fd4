/** Arguments as clients are known to send them: with fields of their own, or encoded twice. On a real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../../../src/tools/registry.ts'
import {
  connectModern,
  connectOld,
  connectSession,
  type McpService,
  openMcp,
  replyOf,
} from '../../support/mcp-clients.ts'
import { post, send } from '../../support/mcp-raw.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
let service: McpService

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  service = await openMcp(gateway)
})
afterAll(async () => {
  await service.close()
  await gateway.close()
})

interface Answer {
  readonly isError?: boolean
  readonly structuredContent: Readonly<Record<string, unknown>> & {
    readonly error?: { readonly code: string; readonly issues: readonly unknown[] }
  }
}

async function call(name: string, args: unknown, meta: object = {}): Promise<Answer> {
  const { result } = await send(service.url, 'tools/call', { name, arguments: args, _meta: meta })
  return result as unknown as Answer
}

const N8N = {
  toolCallId: 'call_0BCIShth4lxZuYr4coSp4E5E',
  sessionId: 'b6b2a4a54c0f4a3e8e0a',
  action: 'sendMessage',
  chatInput: 'What is there to do?',
}

describe('fields that known clients add are left out', () => {
  test.each([
    ['n8n', N8N],
    ['Gemini CLI', { wait_for_previous: true }],
    ['clients that put metadata into arguments', { _meta: { progressToken: 1 } }],
    ['mcpproxy', { _auth_auth_type: 'admin' }],
  ])('%s', async (_client, extras) => {
    for (const [name, input] of [
      ['tasks_list', {}],
      ['tasks_create', { tasks: [{ title: 'Written by a client' }] }],
      ['search_operations', { words: 'tasks' }],
      ['call_operation', { name: 'tasks.list', input: {} }],
    ] as const) {
      expect(await call(name, { ...input, ...extras })).not.toHaveProperty('isError')
    }
  })

  test('but not within a field, and no other name: it is refused with the nearest', async () => {
    for (const [args, issue] of [
      [{ lables: ['a'] }, { path: 'lables', message: 'unknown field; the nearest is labels' }],
      [{ toolcallid: 'x' }, { path: 'toolcallid', message: expect.stringContaining('unknown field') }],
      [
        { limit: 5, sessionID: 'x' },
        { path: 'sessionID', message: expect.stringContaining('unknown field') },
      ],
    ] as const) {
      const { structuredContent } = await call('tasks_list', args)
      expect(structuredContent.error?.issues).toEqual([issue])
    }
    const { structuredContent } = await call('tasks_create', { tasks: [{ title: 'x', ...N8N }] })
    expect(structuredContent.error?.code).toBe('invalid_input')
  })

  test('and never what says that a call must be made only once', async () => {
    const { structuredContent } = await call('tasks_create', {
      tasks: [{ title: 'once' }],
      _meta: { 'switchboard/idempotencyKey': 'a' },
    })
    expect(structuredContent.error?.issues).toMatchObject([{ path: '_meta' }])
  })
})

describe('arguments that are encoded twice are read', () => {
  test.each([
    ['a number', 'tasks_list', { limit: '10' }],
    ['a list', 'tasks_list', { status: '["open"]', limit: '1' }],
    [
      'a list of objects',
      'tasks_create',
      { tasks: '[{"title":"As text","priority":"2","labels":"[\\"a\\"]"}]' },
    ],
    ['an object', 'tasks_create', { tasks: ['{"title":"As text too","minutes":"15"}'] }],
    ['null for what is absent', 'tasks_list', { status: null, limit: null, cursor: null, overdue: null }],
    ['the input of another operation', 'call_operation', { name: 'tasks.list', input: '{"limit":"10"}' }],
    ['what is nested in it', 'call_operation', { name: 'tasks.list', input: { limit: '10', status: null } }],
    ['a search', 'search_operations', { words: 'tasks', limit: '3' }],
  ])('%s', async (_what, name, args) => {
    expect(await call(name, args)).not.toHaveProperty('isError')
    expect(await call(name, JSON.stringify(args))).not.toHaveProperty('isError')
    expect(await call(name, JSON.stringify(JSON.stringify(args)))).not.toHaveProperty('isError')
  })

  test.each([[null], [''], [' '], ['{}'], ['"{}"'], [[]]])('%j stands for no arguments', async (args) => {
    expect(await call('tasks_list', args)).not.toHaveProperty('isError')
  })

  test.each([['text'], ['[1]'], [['x']], [7], [true]])('%j is refused', async (args) => {
    const response = await post(service.url, 'tools/call', { name: 'tasks_list', arguments: args })
    expect((await replyOf(response)).error.code).toBe(-32602)
  })

  test('also confirmation, which the person gave', async () => {
    expect(await call('call_operation', { name: 'tasks.empty_trash', confirm: 'true' })).not.toHaveProperty(
      'isError',
    )
    const { structuredContent } = await call('call_operation', { name: 'tasks.empty_trash', confirm: 'yes' })
    expect(structuredContent.error?.issues).toEqual([{ path: 'confirm', message: 'must be true or false' }])
  })

  test('text stays text where a field takes it', async () => {
    const title = '{"looks": "like JSON"}'
    const { structuredContent } = await call('tasks_create', { tasks: [{ title, notes: '10' }] })
    expect(structuredContent).toMatchObject({ results: [{ task: { title, notes: '10' } }] })
  })

  test('either spelling is the same call', async () => {
    const meta = { 'switchboard/idempotencyKey': 'one spelling or the other' }
    const first = await call('tasks_create', { tasks: [{ title: 'Once', priority: 2 }] }, meta)
    const second = await call('tasks_create', { tasks: '[{"title":"Once","priority":"2"}]', ...N8N }, meta)
    expect(second).toMatchObject({ structuredContent: first.structuredContent })
    expect(first.structuredContent).toHaveProperty('results')
  })

  test('an error names the one thing that is wrong', async () => {
    const wrong = async (name: string, args: object) =>
      (await call(name, args)).structuredContent.error?.issues
    const long = 'x'.repeat(600)
    expect(await wrong('tasks_create', { tasks: long })).toEqual([
      { path: 'tasks', message: 'must be a list' },
    ])
    expect(await wrong('tasks_list', { limit: '500' })).toEqual([
      { path: 'limit', message: 'must be 100 or less' },
    ])
    expect(await wrong('tasks_list', { limit: 'many' })).toEqual([
      { path: 'limit', message: 'must be a number' },
    ])
    expect(await wrong('tasks_create', { tasks: [{ title: 'x', due: 5 }] })).toEqual([
      { path: 'tasks.0.due', message: 'must be text or an object' },
    ])
  })
})

describe.each([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
  ['a client of the older SDK', connectOld],
])('%s', (_name, connect) => {
  test('may send both', async () => {
    const client = await connect(service.url)
    const answer = await client.callTool({
      name: 'tasks_list',
      arguments: { limit: '1', status: null, ...N8N },
    })
    expect(answer.isError).toBeFalsy()
    await client.close()
  })
})
