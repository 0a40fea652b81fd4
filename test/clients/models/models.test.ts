import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Message, type Models, PROVIDERS } from '../../../src/clients/models/model.ts'
import { createModels } from '../../../src/clients/models.ts'
import { ask, failureOf, silentLog as log, question, shownText, textOf, WEATHER } from './ask.ts'

let server: LLMock
let models: Models

beforeAll(async () => {
  server = new LLMock({ port: 0, host: '127.0.0.1' })
  await server.start()
  models = createModels({
    anthropic: { apiKey: 'test-key', baseUrl: server.url },
    openai: { apiKey: 'test-key', baseUrl: `${server.url}/v1` },
    log,
  })
})

afterAll(async () => {
  await server.stop()
})

describe.each(PROVIDERS)('a model of %s', (provider) => {
  test('answers with text, streamed piece by piece', async () => {
    const text = 'The quick brown fox jumps over the lazy dog.'
    server.onMessage('hello', { content: text }, { chunkSize: 5 })
    const { answer, deltas } = await ask(models, question(provider, 'hello'))
    expect(answer).toMatchObject({ stop: 'end', content: [{ type: 'text', text }] })
    expect(deltas.length).toBeGreaterThan(3)
    expect(shownText(deltas)).toBe(text)
  })

  test('tells what was used as the provider counts it', async () => {
    server.onMessage('count', {
      content: 'one',
      usage:
        provider === 'anthropic'
          ? { input_tokens: 120, output_tokens: 7 }
          : { prompt_tokens: 120, completion_tokens: 7 },
    })
    const { answer } = await ask(models, question(provider, 'count'))
    expect(answer.usage).toEqual({
      inputTokens: 120,
      outputTokens: 7,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    })
  })

  test('calls several tools at once, and continues from their results', async () => {
    server.onToolResult('call_b', { content: 'Cold and warm.' })
    server.onMessage('both cities', {
      toolCalls: [
        { id: 'call_a', name: 'weather', arguments: '{"place":"Oslo"}' },
        { id: 'call_b', name: 'weather', arguments: '{"place":"Rome"}' },
      ],
    })
    const request = question(provider, 'both cities', { tools: [WEATHER] })
    const { answer, deltas } = await ask(models, request)
    expect(answer.stop).toBe('tool_calls')
    expect(answer.content).toEqual([
      { type: 'tool_call', id: 'call_a', name: 'weather', input: { place: 'Oslo' } },
      { type: 'tool_call', id: 'call_b', name: 'weather', input: { place: 'Rome' } },
    ])
    expect(deltas.filter(({ type }) => type === 'tool_call')).toEqual([
      { type: 'tool_call', id: 'call_a', name: 'weather' },
      { type: 'tool_call', id: 'call_b', name: 'weather' },
    ])
    const messages: Message[] = [
      ...request.messages,
      { role: 'assistant', content: answer.content },
      {
        role: 'user',
        content: [
          { type: 'tool_result', callId: 'call_a', text: '-3', isError: false },
          { type: 'tool_result', callId: 'call_b', text: '24', isError: false },
        ],
      },
    ]
    const next = await ask(models, { ...request, messages })
    expect(textOf(next.answer)).toBe('Cold and warm.')
  })

  test('that is asked too often says after how long to come back', async () => {
    server.onMessage('often', { error: { message: 'slow down' }, status: 429, retryAfter: 7 })
    const error = await failureOf(ask(models, question(provider, 'often')))
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true, retryAfterMs: 7_000 })
    expect(error.usage).toBeUndefined()
    expect(error.message).not.toContain('slow down')
  })

  test.each([500, 503, 529])('that answers %i may be asked again', async (status) => {
    server.onMessage(`status ${status}`, { error: { message: 'raw words' }, status })
    const error = await failureOf(ask(models, question(provider, `status ${status}`)))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).not.toContain('raw words')
  })

  test('whose stream is cut in the middle may be asked again, and is paid for what came', async () => {
    server.onMessage(
      'cut',
      { content: 'a long answer that never comes to its end' },
      { chunkSize: 4, latency: 5, truncateAfterChunks: 6 },
    )
    const error = await failureOf(ask(models, question(provider, 'cut')))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.usage?.inputTokens).toBeGreaterThan(0)
    expect(error.usage?.outputTokens).toBeGreaterThan(0)
    expect(error.usage?.estimated).toBe(true)
  })

  test('that answers garbage may be asked again', async () => {
    server.onMessage('garbage', { content: 'x' }, { chaos: { malformedRate: 1 } })
    const error = await failureOf(ask(models, question(provider, 'garbage')))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
  })

  test('answers slowly as well', async () => {
    server.onMessage('slow', { content: 'at last' }, { chunkSize: 1, latency: 2 })
    const { answer } = await ask(models, question(provider, 'slow'))
    expect(textOf(answer)).toBe('at last')
  })

  test('that has lost its listener is told to stop', async () => {
    const controller = new AbortController()
    controller.abort()
    const asked = models.ask(question(provider, 'hello'), { signal: controller.signal })
    expect(await failureOf(asked)).toMatchObject({ code: 'cancelled', retryable: false })
  })

  test('that a watcher fails on answers all the same', async () => {
    server.onMessage('watched', { content: 'unharmed' })
    const answer = await models.ask(question(provider, 'watched'), {
      signal: new AbortController().signal,
      onDelta() {
        throw new Error('the watcher broke')
      },
    })
    expect(textOf(answer)).toBe('unharmed')
  })
})

describe('what is configured', () => {
  test('nothing: no provider, no standard, and a call says what to set', async () => {
    const none = createModels({ log })
    expect(PROVIDERS.map(none.isConfigured)).toEqual([false, false])
    expect(none.standard).toBeUndefined()
    for (const [provider, setting] of [
      ['anthropic', 'ANTHROPIC_API_KEY'],
      ['openai', 'OPENAI_BASE_URL'],
    ] as const) {
      const error = await failureOf(ask(none, question(provider, 'hello')))
      expect(error).toMatchObject({ code: 'forbidden', retryable: false })
      expect(error.fix).toContain(setting)
    }
  })

  test('an address alone is enough for a server of one’s own, but names no model', () => {
    const own = createModels({ openai: { baseUrl: 'http://127.0.0.1:11434/v1' }, log })
    expect(own.isConfigured('openai')).toBe(true)
    expect(own.standard).toBeUndefined()
  })

  test('a key has a standard model of its provider, and a named one comes first', () => {
    const anthropic = { apiKey: 'a' }
    expect(createModels({ anthropic, log }).standard?.provider).toBe('anthropic')
    expect(createModels({ openai: { apiKey: 'o' }, log }).standard?.provider).toBe('openai')
    const named = createModels({ anthropic, standardModel: 'openai/meta/llama-4', log })
    expect(named.standard).toEqual({ provider: 'openai', model: 'meta/llama-4' })
  })

  test('the standard models have a known price', () => {
    for (const models of [
      createModels({ anthropic: { apiKey: 'a' }, log }),
      createModels({ openai: { apiKey: 'o' }, log }),
    ]) {
      const { standard } = models
      expect(standard && models.facts(standard.provider, standard.model).price).not.toBe('unknown')
    }
  })

  test.each(['claude-sonnet-5-5', 'gemini/pro', 'anthropic/', ''])('"%s" is not a model', (standardModel) => {
    expect(() => createModels({ standardModel, log })).toThrow('is not a model')
  })

  test.each(['sk-“quoted”', 'sk-one\nsk-two', 'ключ'])(
    '"%s" is no key, and the setting is named',
    (apiKey) => {
      expect(() => createModels({ openai: { apiKey }, log })).toThrow('OPENAI_API_KEY contains a character')
      expect(() => createModels({ anthropic: { apiKey }, log })).toThrow(
        'ANTHROPIC_API_KEY contains a character',
      )
      expect(createModels({ openai: { apiKey: ' sk-plain\n' }, log }).isConfigured('openai')).toBe(true)
    },
  )
})
