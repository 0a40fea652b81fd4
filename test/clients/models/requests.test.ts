import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { watchCall } from '../../../src/clients/models/call-watch.ts'
import { createOpenai } from '../../../src/clients/models/chat/openai.ts'
import type { Message, ModelRequest, Models, Provider } from '../../../src/clients/models/model.ts'
import { createModels } from '../../../src/clients/models.ts'
import { ask, failureOf, silentLog as log, question, WEATHER } from './ask.ts'
import {
  chunkOf,
  anthropicEvents as events,
  openProtocolServer,
  type ProtocolServer,
  writeAnthropic,
  writeChunks,
} from './protocol-server.ts'

const MARK = { type: 'ephemeral' }

let server: ProtocolServer
let models: Models

beforeAll(async () => {
  server = await openProtocolServer()
  server.answer(({ path, response }) => {
    if (path === '/v1/messages') {
      writeAnthropic(response, [events.start(), ...events.text(0, 'So'), ...events.end('end_turn')])
    } else writeChunks(response, [chunkOf({ content: 'So' }), chunkOf({}, 'stop')])
    response.end()
  })
  models = createModels({
    anthropic: { apiKey: 'test-key', baseUrl: server.url },
    openai: { baseUrl: `${server.url}/v1` },
    log,
  })
})

afterAll(async () => {
  await server.close()
})

/** What the provider is sent. */
async function sent(provider: Provider, more: Partial<ModelRequest> = {}) {
  await ask(models, question(provider, 'go', more))
  return server.exchanges.at(-1)?.body
}

const thinking = (model: string) => ({
  type: 'opaque' as const,
  provider: 'anthropic' as const,
  data: { model, block: { type: 'thinking', thinking: 'Hm.', signature: 'sealed' } },
})

const conversation: readonly Message[] = [
  { role: 'user', content: [{ type: 'text', text: 'Where is it cold?' }] },
  {
    role: 'assistant',
    content: [
      thinking('claude-sonnet-5-5'),
      { type: 'text', text: '' },
      { type: 'tool_call', id: 'a', name: 'weather', input: { place: 'Oslo' } },
      { type: 'tool_call', id: 'b', name: 'weather', input: { place: 'Rome' } },
    ],
  },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Hurry.' },
      { type: 'tool_result', callId: 'a', text: '-3', isError: false },
      { type: 'tool_result', callId: 'b', text: 'no such place', isError: true },
    ],
  },
]

describe('a request to Anthropic', () => {
  test('carries results first, thinking back, no empty text, and marks for the cache', async () => {
    const body = await sent('anthropic', {
      messages: conversation,
      tools: [WEATHER, { ...WEATHER, name: 'x' }],
    })
    expect(body).toMatchObject({ model: 'claude-sonnet-5-5', max_tokens: 1_000, stream: true })
    expect(body.system).toEqual([{ type: 'text', text: 'Be brief.', cache_control: MARK }])
    expect(body.tools.map((tool: object) => 'cache_control' in tool)).toEqual([false, true])
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Where is it cold?', cache_control: MARK }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'sealed' },
          { type: 'tool_use', id: 'a', name: 'weather', input: { place: 'Oslo' } },
          { type: 'tool_use', id: 'b', name: 'weather', input: { place: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '-3', is_error: false },
          { type: 'tool_result', tool_use_id: 'b', content: 'no such place', is_error: true },
          { type: 'text', text: 'Hurry.', cache_control: MARK },
        ],
      },
    ])
  })

  test('never carries more marks than the four that the API takes', async () => {
    const messages = Array.from({ length: 8 }, () => conversation).flat()
    const body = await sent('anthropic', { messages, tools: [WEATHER] })
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4)
  })

  test('leaves out the thinking of another model', async () => {
    const body = await sent('anthropic', { messages: conversation, model: 'claude-opus-5-5' })
    expect(JSON.stringify(body)).not.toContain('sealed')
  })

  test('asks for JSON by a schema in the form that the API takes', async () => {
    const outputSchema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { title: { type: 'string', maxLength: 80 } },
      required: ['title'],
    } as const
    const { output_config } = await sent('anthropic', { outputSchema })
    expect(output_config.format).toMatchObject({
      type: 'json_schema',
      schema: { type: 'object', additionalProperties: false, required: ['title'] },
    })
    expect(output_config.format.schema.properties.title).not.toHaveProperty('maxLength')
  })

  test('with a schema that the API cannot take is not sent', async () => {
    const outputSchema = { type: 'object', properties: { anything: {} } } as const
    const before = server.exchanges.length
    const error = await failureOf(ask(models, question('anthropic', 'go', { outputSchema })))
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false })
    expect(server.exchanges).toHaveLength(before)
  })

  test('carries nothing empty', async () => {
    const messages: Message[] = [
      { role: 'user', content: [{ type: 'text', text: ' ' }] },
      { role: 'assistant', content: [] },
      { role: 'user', content: [{ type: 'text', text: 'go' }] },
    ]
    const body = await sent('anthropic', { messages, system: '' })
    expect(body).not.toHaveProperty('system')
    expect(body).not.toHaveProperty('tools')
    expect(body.messages.map(({ role }: Message) => role)).toEqual(['user', 'user'])
    expect(body.messages[0].content[0].text.trim()).not.toBe('')
  })
})

describe('a request to a server that speaks Chat Completions', () => {
  test('carries calls and their results, and asks what was used', async () => {
    const body = await sent('openai', { messages: conversation, tools: [WEATHER], model: 'llama-4' })
    expect(body).toMatchObject({
      model: 'llama-4',
      max_tokens: 1_000,
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'weather', parameters: WEATHER.inputSchema } }],
    })
    const call = (id: string, args: string) => ({
      id,
      type: 'function',
      function: { name: 'weather', arguments: args },
    })
    expect(body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Where is it cold?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [call('a', '{"place":"Oslo"}'), call('b', '{"place":"Rome"}')],
      },
      { role: 'tool', tool_call_id: 'a', content: '-3' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: no such place' },
      { role: 'user', content: 'Hurry.' },
    ])
  })

  test.each([
    ['gpt-5.6-terra', 'none'],
    ['gpt-6-sol', 'none'],
    ['gpt-5-mini', undefined],
    ['gpt-oss:20b', undefined],
  ])(
    'to %s with tools has the reasoning effort %s, and the limit in the field it knows',
    async (model, effort) => {
      const body = await sent('openai', { model, tools: [WEATHER] })
      expect(body.reasoning_effort).toBe(effort)
      const isOwn = !model.startsWith('gpt-oss')
      expect(body).toHaveProperty(isOwn ? 'max_completion_tokens' : 'max_tokens', 1_000)
      expect(body).not.toHaveProperty(isOwn ? 'max_tokens' : 'max_completion_tokens')
    },
  )

  test.each([
    { strict: true, schema: { additionalProperties: false, required: ['title'] } },
    { strict: false, schema: { additionalProperties: false, required: [] } },
    { strict: false, schema: { required: ['title'] } },
  ])('asks for JSON by a schema, strictly where it can: $strict', async ({ strict, schema }) => {
    const outputSchema = { type: 'object', properties: { title: { type: 'string' } }, ...schema } as const
    const { response_format } = await sent('openai', { outputSchema })
    expect(response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema: outputSchema, strict },
    })
  })

  const signed = { extra_content: { google: { thought_signature: 'AbC=' } } }
  const told: Message[] = [
    { role: 'user', content: [{ type: 'text', text: 'go' }] },
    {
      role: 'assistant',
      content: [
        {
          type: 'opaque',
          provider: 'openai',
          data: {
            model: 'thinker',
            server: 'SERVER',
            message: {
              reasoning_content: 'Hm.',
              reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }],
            },
            calls: { c1: signed },
          },
        },
        { type: 'text', text: 'So.' },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'and?' }] },
  ]
  const call = { type: 'tool_call', id: 'c1', name: 'weather', input: {} } as const

  interface SentBack {
    readonly server: string
    readonly model?: string
    readonly tools?: readonly (typeof WEATHER)[]
    readonly calls?: readonly (typeof call)[]
  }

  /** The model's message as it goes back; `server` is the one that it came from. */
  async function sentBack({ server: from, model = 'thinker', tools = [WEATHER], calls = [] }: SentBack) {
    const here = new URL(server.url).host
    const messages = JSON.parse(JSON.stringify(told).replace('SERVER', from === 'here' ? here : from))
    messages[1].content.push(...calls)
    if (calls.length > 0)
      messages[2].content.unshift({ type: 'tool_result', callId: 'c1', text: '21', isError: false })
    const body = await sent('openai', { model, tools, messages })
    return body.messages.find(({ role }: { role: string }) => role === 'assistant')
  }

  test('returns unknown content to the server and model that sent it', async () => {
    expect(await sentBack({ server: 'here', calls: [call] })).toEqual({
      role: 'assistant',
      content: 'So.',
      reasoning_content: 'Hm.',
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }],
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' }, ...signed }],
    })
  })

  test('gives it to no other server and no other model', async () => {
    for (const other of [{ server: 'api.example.com' }, { server: 'here', model: 'another' }]) {
      const message = await sentBack({ ...other, calls: [call] })
      expect(message).toEqual({
        role: 'assistant',
        content: 'So.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      })
    }
  })

  test('keeps thinking out of a conversation without tools, where older models refuse it', async () => {
    expect(await sentBack({ server: 'here', tools: [] })).not.toHaveProperty('reasoning_content')
    expect(await sentBack({ server: 'here' })).toHaveProperty('reasoning_content', 'Hm.')
  })

  test('writes the name of a tool that a model made up as providers take it', async () => {
    const odd = { ...call, name: 'functions.weather<|channel|>' }
    const { tool_calls } = await sentBack({ server: 'here', calls: [odd as unknown as typeof call] })
    expect(tool_calls[0].function.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  })

  test.each([
    [
      'https://x.openai.azure.com/openai/v1/',
      'https://x.openai.azure.com/openai/v1/chat/completions',
      'api-key',
      'k',
    ],
    [
      'https://x.openai.azure.com/openai/deployments/d?api-version=2026-01-01',
      'https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2026-01-01',
      'api-key',
      'k',
    ],
    ['https://api.deepseek.com', 'https://api.deepseek.com/chat/completions', 'authorization', 'Bearer k'],
  ])('goes from %s to %s, with its key in %s', async (baseUrl, url, header, value) => {
    const asked: Request[] = []
    const watch = watchCall({ signal: new AbortController().signal, idleTimeoutMs: 1_000 })
    const fetchIt: typeof fetch = async (input, init) => {
      asked.push(new Request(input, init))
      return new Response('data: [DONE]')
    }
    const prepare = createOpenai({ apiKey: 'k', baseUrl })
    const made = await prepare(question('openai', 'go'), {
      watch: { ...watch, fetch: fetchIt },
      onDelta() {},
    })
    await made.run()
    watch.stop()
    expect(asked.map((request) => [request.url, request.headers.get(header)])).toEqual([[url, value]])
  })
})
