/** What cannot be undone: the person is asked where the client can ask, and exactly what they agreed to is what runs. */
import type { Client } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../../../src/core/operation/operation.ts'
import {
  connectModern,
  connectOld,
  connectSession,
  type McpService,
  openMcp,
  replyOf,
} from '../../support/mcp-clients.ts'
import { type Fixture, openFixture, personNamed } from '../../support/world/fixture-operations.ts'

let fixture: Fixture
let service: McpService

beforeEach(async () => {
  fixture = openFixture()
  service = await openMcp(fixture.gateway, {
    actorOf: (request) => personNamed(request.headers.get('x-person') ?? 'owner'),
  })
})
afterEach(() => service.close())

const ELICITING = { capabilities: { elicitation: {} } }

/** What the audit says became of `notes.wipe`. */
function wipes(): string[] {
  return fixture.audit.filter(({ operation }) => operation === 'notes.wipe').map(({ outcome }) => outcome)
}

type Action = 'accept' | 'decline' | 'cancel'

function answerWith(client: Client, action: Action): string[] {
  const asked: string[] = []
  client.setRequestHandler('elicitation/create', ({ params }) => {
    asked.push(params.message)
    return action === 'accept' ? { action, content: {} } : { action }
  })
  return asked
}

describe.each([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
])('%s that can ask', (_name, connect) => {
  test('asks with the exact call, and runs it when the person agrees', async () => {
    const client = await connect(service.url, ELICITING)
    const asked = answerWith(client, 'accept')
    const answer = await client.callTool({ name: 'notes_wipe', arguments: { labels: ['old'] } })
    expect(answer.structuredContent).toEqual({ wiped: 0 })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain('notes.wipe: Destroy all notes for ever.')
    expect(asked[0]).toContain('"old"')
    expect(wipes()).toEqual(['confirmation_required', 'ok'])
    await client.close()
  })

  test.each<Action>(['decline', 'cancel'])('does nothing when the person says %s', async (action) => {
    const client = await connect(service.url, ELICITING)
    answerWith(client, action)
    const answer = await client.callTool({ name: 'notes_wipe', arguments: {} })
    expect(answer).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'confirmation_required' } },
    })
    expect(wipes()).not.toContain('ok')
    await client.close()
  })

  test('asks even if the model says that it is confirmed, and through call_operation too', async () => {
    const client = await connect(service.url, ELICITING)
    const asked = answerWith(client, 'decline')
    await client.callTool({ name: 'notes_wipe', arguments: { confirm: true } })
    await client.callTool({ name: 'call_operation', arguments: { name: 'notes.wipe', confirm: true } })
    expect(asked).toHaveLength(2)
    expect(wipes()).not.toContain('ok')
    await client.close()
  })

  test('asks nobody about a call that would be refused anyway', async () => {
    const client = await connect(service.url, ELICITING)
    const asked = answerWith(client, 'accept')
    const answer = await client.callTool({ name: 'notes_wipe', arguments: { labels: 7 } })
    expect(answer).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } })
    expect(asked).toEqual([])
    await client.close()
  })
})

describe.each([
  ['a 2026 client', connectModern],
  ['a client with a session', connectSession],
  ['a client of the older SDK', connectOld as unknown as typeof connectModern],
])('%s that cannot ask', (_name, connect) => {
  test('must confirm in the arguments', async () => {
    const client = await connect(service.url)
    const refused = await client.callTool({ name: 'notes_wipe', arguments: {} })
    expect(refused).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'confirmation_required' } },
    })
    const confirmed = await client.callTool({ name: 'notes_wipe', arguments: { confirm: true } })
    expect(confirmed.structuredContent).toEqual({ wiped: 0 })
    const through = { name: 'call_operation', arguments: { name: 'notes_wipe', confirm: true } }
    expect((await client.callTool(through)).structuredContent).toEqual({ wiped: 0 })
    await client.close()
  })
})

describe('what a person agreed to', () => {
  const META = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  }
  const YES = { inputResponses: { consent: { action: 'accept', content: {} } } }

  async function call(input: object, more: object = {}, person = 'owner') {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'notes_wipe',
        'x-person': person,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'notes_wipe', arguments: input, _meta: META, ...more },
      }),
    })
    return replyOf(response)
  }

  test('does not carry over to another input: they are asked again', async () => {
    const { result } = await call({ labels: ['old'] })
    const other = await call({ labels: ['new'] }, { ...YES, requestState: result.requestState })
    expect(other.result.resultType).toBe('input_required')
    expect(wipes()).not.toContain('ok')
  })

  test('does not carry over to another caller', async () => {
    const { result } = await call({})
    const other = await call({}, { ...YES, requestState: result.requestState }, 'somebody else')
    expect(other.error).toMatchObject({ code: -32602 })
    expect(wipes()).not.toContain('ok')
  })

  test('is done once, however often their answer is presented', async () => {
    const { result } = await call({})
    const agreed = { ...YES, requestState: result.requestState }
    await call({}, agreed)
    expect((await call({}, agreed)).result._meta).toMatchObject({ 'switchboard/replayed': true })
    const { result: again } = await call({})
    await call({}, { ...YES, requestState: again.requestState })
    expect(wipes().filter((outcome) => outcome === 'ok')).toHaveLength(2)
  })

  test('does not carry over to a call under another key', async () => {
    const keyed = (key: string) => ({ _meta: { ...META, 'switchboard/idempotencyKey': key } })
    const { result } = await call({}, keyed('one'))
    const agreed = { ...YES, requestState: result.requestState }
    expect((await call({}, { ...agreed, ...keyed('two') })).result.resultType).toBe('input_required')
    expect((await call({}, { ...agreed, ...keyed('one') })).result.structuredContent).toEqual({ wiped: 0 })
  })

  test('cannot be made up', async () => {
    expect((await call({}, YES)).result.resultType).toBe('input_required')
    const { result } = await call({})
    const forged = await call({}, { ...YES, requestState: `${result.requestState}x` })
    expect(forged.error).toMatchObject({ code: -32602 })
    expect(wipes()).not.toContain('ok')
  })
})

test('a decision of the person is theirs: they see what it is about, and no model takes it for them', async () => {
  const decided: string[] = []
  const look = defineOperation({
    name: 'notes.look',
    summary: 'Look at what waits.',
    route: 'GET /v1/notes/waiting',
    input: z.object({ id: z.string() }),
    output: z.object({ text: z.string() }),
    scope: 'tasks:read',
    effect: 'read',
    repeat: 'natural',
    example: { id: 'n1' },
    run: async ({ id }) => ({ text: `Send the letter ${id}` }),
    tell: ({ text }) => text,
  })
  const decide = defineOperation({
    name: 'notes.decide',
    summary: 'Decide what waits.',
    route: 'POST /v1/notes/decide',
    input: z.object({ id: z.string(), decision: z.enum(['approve', 'reject']) }),
    output: z.object({ decision: z.string() }),
    scope: 'tasks:write',
    effect: 'write',
    repeat: 'natural',
    example: { id: 'n1', decision: 'approve' },
    async run({ decision }) {
      decided.push(decision)
      return { decision }
    },
    tell: ({ decision }) => decision,
    asksPerson: ({ decision }) => decision !== 'reject',
    offeredBy: ({ id }) => ({ operation: 'notes.look', input: { id } }),
  })
  await service.close()
  service = await openMcp(openFixture([look, decide]).gateway, { actorOf: () => personNamed('owner') })
  const client = await connectSession(service.url, ELICITING)
  const asked = answerWith(client, 'decline')
  const call = (decision: string) =>
    client.callTool({ name: 'notes_decide', arguments: { id: 'n1', decision } })
  expect(await call('approve')).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'confirmation_required' } },
  })
  expect(asked).toEqual([expect.stringContaining('Do you agree?\nSend the letter n1\n')])
  await call('reject')
  expect(asked).toHaveLength(1)
  answerWith(client, 'accept')
  await call('approve')
  expect(decided).toEqual(['reject', 'approve'])
  await client.close()
})
