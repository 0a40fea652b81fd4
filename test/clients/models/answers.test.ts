import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ModelAnswer, Models, Provider } from '../../../src/clients/models/model.ts'
import { createModels } from '../../../src/clients/models.ts'
import { ask, silentLog as log, question, textOf, WEATHER } from './ask.ts'
import {
  chunkOf,
  anthropicEvents as events,
  openProtocolServer,
  type ProtocolServer,
  usageChunk,
  writeAnthropic,
  writeChunks,
} from './protocol-server.ts'

let server: ProtocolServer
let models: Models

beforeAll(async () => {
  server = await openProtocolServer()
  models = createModels({
    anthropic: { apiKey: 'test-key', baseUrl: server.url },
    openai: { baseUrl: `${server.url}/v1` },
    log,
  })
})

afterAll(async () => {
  await server.close()
})

async function answerOf(provider: Provider, events: readonly object[]): Promise<ModelAnswer> {
  server.answer(({ response }) => {
    if (provider === 'anthropic') writeAnthropic(response, events as { type: string }[])
    else writeChunks(response, events)
    response.end()
  })
  const { answer } = await ask(models, question(provider, 'go', { tools: [WEATHER] }))
  return answer
}

/** One call to a tool whose input was written as these pieces. */
function callWith(provider: Provider, pieces: readonly string[], isCut: 'cut' | 'whole'): object[] {
  if (provider === 'anthropic') {
    return [
      events.start(),
      ...events.text(0, 'Let me see.'),
      ...events.toolUse(1, 'weather', ...pieces),
      ...events.end(isCut === 'cut' ? 'max_tokens' : 'tool_use'),
    ]
  }
  const piece = (call: object) => chunkOf({ tool_calls: [{ index: 0, ...call }] })
  return [
    chunkOf({ content: 'Let me see.' }),
    piece({ id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '' } }),
    ...pieces.map((text) => piece({ function: { arguments: text } })),
    chunkOf({}, isCut === 'cut' ? 'length' : 'tool_calls'),
    usageChunk({ prompt_tokens: 10, completion_tokens: 5 }),
  ]
}

describe.each(['anthropic', 'openai'] as const)('what a model of %s says', (provider) => {
  test.each([
    { written: ['{"pla', 'ce":"Os', 'lo"}'], input: { place: 'Oslo' } },
    { written: [], input: {} },
    { written: ['{"place": Oslo}'], input: { invalidJson: '{"place": Oslo}' } },
    { written: ['["Oslo"]'], input: { invalidJson: '["Oslo"]' } },
    { written: ['null'], input: {} },
    { written: [' '], input: {} },
    { written: ['"{\\"place\\":', '\\"Oslo\\"}"'], input: { place: 'Oslo' } },
    { written: ['"Oslo"'], input: { invalidJson: '"Oslo"' } },
    { written: ['{"place":"Os'], input: { invalidJson: '{"place":"Os' } },
  ])('as a tool’s input, $written, is an object in any case', async ({ written, input }) => {
    const answer = await answerOf(provider, callWith(provider, written, 'whole'))
    expect(answer.stop).toBe('tool_calls')
    expect(answer.content).toEqual([
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_call', id: 'toolu_1', name: 'weather', input },
    ])
  })

  test('holds no call that the limit cut short', async () => {
    const answer = await answerOf(provider, callWith(provider, ['{"place":"Os'], 'cut'))
    expect(answer).toMatchObject({ stop: 'max_tokens', content: [{ type: 'text', text: 'Let me see.' }] })
  })
})

describe('an answer of Anthropic', () => {
  test.each([
    ['end_turn', 'end'],
    ['stop_sequence', 'end'],
    ['max_tokens', 'max_tokens'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'context_full'],
    ['pause_turn', 'max_tokens'],
    ['something_new', 'end'],
  ])('that stops for %s ends as %s', async (said, stop) => {
    const answer = await answerOf('anthropic', [events.start(), ...events.text(0, 'So'), ...events.end(said)])
    expect(answer).toMatchObject({ stop, model: 'claude-test-1' })
  })

  test('counts what the cache had and took as read too', async () => {
    const started = {
      input_tokens: 10,
      cache_read_input_tokens: 200,
      cache_creation_input_tokens: 30,
      output_tokens: 1,
    }
    const answer = await answerOf('anthropic', [
      events.start(started),
      ...events.text(0, 'So'),
      ...events.end('end_turn', { output_tokens: 44, input_tokens: null }),
    ])
    expect(answer.usage).toEqual({
      inputTokens: 240,
      outputTokens: 44,
      cacheReadTokens: 200,
      cacheWriteTokens: 30,
    })
  })

  test('gives thinking back as it came, and its text apart', async () => {
    const answer = await answerOf('anthropic', [
      events.start(),
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm, ' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'yes.' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sealed' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'xyz' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'an_event_of_tomorrow' },
      ...events.text(2, 'Yes.'),
      ...events.end('end_turn'),
    ])
    const block = { type: 'thinking', thinking: 'Hm, yes.', signature: 'sealed' }
    expect(answer.content).toEqual([
      { type: 'opaque', provider: 'anthropic', data: { model: 'claude-sonnet-5-5', block } },
      {
        type: 'opaque',
        provider: 'anthropic',
        data: { model: 'claude-sonnet-5-5', block: { type: 'redacted_thinking', data: 'xyz' } },
      },
      { type: 'text', text: 'Yes.' },
    ])
  })
})

describe('an answer of a server that speaks Chat Completions', () => {
  test.each([
    ['stop', 'end'],
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
  ])('that finishes with %s ends as %s', async (finish, stop) => {
    const answer = await answerOf('openai', [chunkOf({ content: 'So' }), chunkOf({}, finish)])
    expect(answer).toMatchObject({ stop, model: 'test-1' })
  })

  test('that refuses says so in its own words', async () => {
    const answer = await answerOf('openai', [chunkOf({ refusal: 'I will not.' }), chunkOf({}, 'stop')])
    expect(answer.stop).toBe('refusal')
    expect(textOf(answer)).toBe('I will not.')
  })

  test('counts what the cache had', async () => {
    const usage = {
      prompt_tokens: 500,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 60 },
    }
    const answer = await answerOf('openai', [
      chunkOf({ content: 'So' }),
      chunkOf({}, 'stop'),
      usageChunk(usage),
    ])
    expect(answer.usage).toEqual({
      inputTokens: 500,
      outputTokens: 20,
      cacheReadTokens: 400,
      cacheWriteTokens: 60,
    })
  })

  test.each([
    ['no usage', []],
    ['no figures', [usageChunk({})]],
    ['zeros', [usageChunk({ prompt_tokens: 0, completion_tokens: 0 })]],
    ['nonsense', [usageChunk({ prompt_tokens: -5, completion_tokens: 'many' })]],
    ['more than there can be', [usageChunk({ prompt_tokens: 1e15, completion_tokens: 1e300 })]],
  ])('with %s is estimated, and never free', async (_case, said) => {
    const { usage } = await answerOf('openai', [
      chunkOf({ content: 'So be it' }),
      chunkOf({}, 'stop'),
      ...said,
    ])
    expect(usage.estimated).toBe(true)
    expect(usage.inputTokens).toBeGreaterThan(50)
    expect(usage.outputTokens).toBeGreaterThanOrEqual(2)
  })

  test('with a cache larger than the question is cut to what can be', async () => {
    const { usage } = await answerOf('openai', [
      chunkOf({ content: 'So' }),
      chunkOf({}, 'stop'),
      usageChunk({ prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 99 } }),
    ])
    expect(usage).toMatchObject({ inputTokens: 10, cacheReadTokens: 10, cacheWriteTokens: 0 })
  })

  test('keeps calls apart that are all numbered 0, have no id or come as objects, and says that it calls', async () => {
    const call = (id: string | undefined, args: unknown) =>
      chunkOf({
        tool_calls: [{ index: 0, id, type: 'function', function: { name: 'weather', arguments: args } }],
      })
    const answer = await answerOf('openai', [
      call('a', '{"place":"Oslo"}'),
      call('b', { place: 'Rome' }),
      chunkOf({}, 'stop'),
    ])
    expect(answer.stop).toBe('tool_calls')
    expect(answer.content).toEqual([
      { type: 'tool_call', id: 'a', name: 'weather', input: { place: 'Oslo' } },
      { type: 'tool_call', id: 'b', name: 'weather', input: { place: 'Rome' } },
    ])
    const [nameless] = (await answerOf('openai', [call(undefined, '{}'), chunkOf({}, 'tool_calls')])).content
    expect(nameless).toMatchObject({ type: 'tool_call', id: expect.stringMatching(/^[a-z0-9]{9}$/) })
  })
})
