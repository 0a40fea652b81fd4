/** Calls: search and call reach what is not listed, keys make retries safe, long answers are paged and never cut in silence. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANSWER_MAX_CHARS } from '../../../src/server/mcp/exchange/answer.ts'
import { connectModern, type McpService, openMcp } from '../../support/mcp-clients.ts'
import { type Fixture, openFixture } from '../../support/world/fixture-operations.ts'

let fixture: Fixture
let service: McpService
let client: Awaited<ReturnType<typeof connectModern>>

beforeEach(async () => {
  fixture = openFixture()
  service = await openMcp(fixture.gateway)
  client = await connectModern(service.url)
})
afterEach(async () => {
  await client.close()
  await service.close()
})

async function call(name: string, input: object = {}, meta: object = {}): Promise<Answer> {
  // The answers of our tools, which the client types as anything.
  return (await client.callTool({ name, arguments: { ...input }, _meta: { ...meta } })) as unknown as Answer
}

interface Answer {
  readonly content: { readonly text: string }[]
  readonly structuredContent: Record<string, unknown> & {
    readonly error?: { code: string; fix?: string }
    readonly items?: { text: string }[]
  }
  readonly isError?: boolean
  readonly _meta?: Record<string, unknown>
}

describe('search_operations', () => {
  test('finds by words what the list leaves out, with all that a call needs', async () => {
    const { structuredContent, content } = await call('search_operations', { words: 'destroy my notes' })
    expect(structuredContent.matches).toMatchObject([
      {
        name: 'notes.wipe',
        effect: 'destroy',
        inputSchema: { properties: { confirm: { type: 'boolean' } } },
      },
      { name: 'notes.add' },
      { name: 'tasks.list' },
      { name: 'tasks.get' },
    ])
    expect(content[0]?.text).toContain('notes.wipe (destroy): Destroy all notes for ever.')
  })

  test('is bounded and says how many more there are', async () => {
    const { structuredContent } = await call('search_operations', { words: 'notes', limit: 1 })
    expect(structuredContent.matches).toHaveLength(1)
    expect(structuredContent.more).toBe(3)
  })

  test('says so when nothing matches, and what is wrong with its input', async () => {
    const nothing = await call('search_operations', { words: 'qqq' })
    expect(nothing.content[0]?.text).toContain('Nothing matches.')
    const { structuredContent } = await call('search_operations', { words: '' })
    expect(structuredContent.error?.code).toBe('invalid_input')
    const misnamed = await call('search_operations', { query: 'notes' })
    expect(misnamed.content[0]?.text).toContain('query: unknown field; there are words, limit')
  })
})

describe('call_operation', () => {
  test('answers as the tool itself would', async () => {
    const input = { text: 'hello' }
    const through = await call('call_operation', { name: 'probe.echo', input })
    expect(through).toMatchObject({ content: [{ type: 'text', text: 'hello' }], structuredContent: input })
    const failed = await call('call_operation', { name: 'probe_fail', input: { how: 'known' } })
    expect(failed).toMatchObject({ isError: true, structuredContent: { error: { code: 'conflict' } } })
  })

  test('names a field that it does not take, such as a guess at where the input goes', async () => {
    const guessed = await call('call_operation', { name: 'probe.echo', arguments: { text: 'hello' } })
    expect(guessed.structuredContent.error).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('arguments'),
    })
  })

  test('refuses a name that there is not', async () => {
    expect((await call('call_operation', { name: 'nothing.here' })).structuredContent.error?.code).toBe(
      'not_found',
    )
  })
})

describe('an idempotency key', () => {
  const key = (value: unknown) => ({ 'switchboard/idempotencyKey': value })

  test('gives a retry the first answer, with one effect', async () => {
    const first = await call('notes_add', { title: 'milk' }, key('k1'))
    const retry = await call('notes_add', { title: 'milk' }, key('k1'))
    expect(retry.structuredContent).toEqual(first.structuredContent)
    expect(first._meta).not.toHaveProperty('switchboard/replayed')
    expect(retry._meta).toMatchObject({ 'switchboard/replayed': true })
    expect((await call('tasks_list')).structuredContent.items).toHaveLength(1)
  })

  test('refuses another input', async () => {
    await call('notes_add', { title: 'milk' }, key('k1'))
    const other = await call('notes_add', { title: 'bread' }, key('k1'))
    expect(other.structuredContent.error?.code).toBe('idempotency_mismatch')
  })

  test('counts through call_operation too, and must be text', async () => {
    const input = { name: 'notes.add', input: { title: 'milk' } }
    await call('call_operation', input, key('k2'))
    await call('call_operation', input, key('k2'))
    expect((await call('tasks_list')).structuredContent.items).toHaveLength(1)
    const wrong = await call('notes_add', { title: 'milk' }, key(''))
    expect(wrong.structuredContent.error?.code).toBe('invalid_input')
  })
})

describe('a long answer', () => {
  test('becomes a shorter page with a true cursor, and says so', async () => {
    const { content, structuredContent } = await call('probe_large', { itemChars: 2000, limit: 100 })
    const { items = [], nextCursor } = structuredContent
    expect(JSON.stringify({ content, structuredContent }).length).toBeLessThanOrEqual(ANSWER_MAX_CHARS)
    expect(items.length).toBeGreaterThan(10)
    expect(nextCursor).toBe(String(items.length))
    expect(content[0]?.text).toContain(`Shortened to ${items.length} of 100 items`)
  })

  test('of one item that is too long is refused with a way out', async () => {
    const { isError, structuredContent } = await call('probe_large', { itemChars: 200_000, limit: 1 })
    expect(isError).toBe(true)
    expect(structuredContent.error).toMatchObject({ code: 'payload_too_large' })
    expect(structuredContent.error?.fix).toContain('Request less')
  })

  test('has its text cut where the structured content says all, and says so', async () => {
    const { content, structuredContent } = await call('probe_large', { itemChars: 1500, limit: 30 })
    expect(structuredContent.items).toHaveLength(30)
    expect(content[0]?.text).toMatch(/\d+ characters more, not shown here/)
  })
})

test('what the door could not do for a reason of ours is logged with its request id', async () => {
  const { content } = await call('probe_fail')
  const requestId = /req_\w{26}/.exec(content[0]?.text ?? '')?.[0]
  expect(fixture.logged).toContainEqual(
    expect.objectContaining({ level: 'error', fields: expect.objectContaining({ requestId }) }),
  )
})
