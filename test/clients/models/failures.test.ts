import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Models, PROVIDERS, type Provider } from '../../../src/clients/models/model.ts'
import type { ModelError } from '../../../src/clients/models/model-error.ts'
import { createModels } from '../../../src/clients/models.ts'
import { ask, failureOf, silentLog as log, question } from './ask.ts'
import { ANSWER_WORDINGS, WORDINGS } from './context-wordings.ts'
import {
  chunkOf,
  anthropicEvents as events,
  openProtocolServer,
  type ProtocolServer,
  writeAnthropic,
  writeChunks,
  writeJson,
} from './protocol-server.ts'

const KEY = 'quite-a-plain-key-of-a-server'
const NOW = new Date('2026-11-20T10:00:00Z')

let server: ProtocolServer
let models: Models

beforeAll(async () => {
  server = await openProtocolServer()
  models = createModels({
    anthropic: { apiKey: KEY, baseUrl: server.url },
    openai: { apiKey: KEY, baseUrl: `${server.url}/v1` },
    log,
    now: () => NOW,
  })
})

afterAll(async () => {
  await server.close()
})

interface Refusal {
  readonly status: number
  readonly type?: string
  readonly code?: string
  readonly message?: string
  readonly headers?: Record<string, string>
}

async function refusedWith(
  provider: Provider,
  { status, headers = {}, ...error }: Refusal,
): Promise<ModelError> {
  server.answer(({ response }) => writeJson(response, { status, headers, body: { type: 'error', error } }))
  return failureOf(ask(models, question(provider, 'go')))
}

describe.each(PROVIDERS)('a call that %s refuses', (provider) => {
  test.each([
    [{ 'retry-after-ms': '1500' }, 1_500],
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after-ms': '250', 'retry-after': '20' }, 250],
    [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '60;' }, undefined],
    [{ 'retry-after': '30s' }, 30_000],
    [{ 'retry-after': '2026-11-20T10:00:30Z' }, 30_000],
    // Nobody waits longer than a day, nor until a date that no clock reaches.
    [{ 'retry-after': '99999999999999' }, 86_400_000],
    [{ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 86_400_000],
    [{}, undefined],
  ])('for its pace, with %o, may come back after %s ms', async (headers, retryAfterMs) => {
    const error = await refusedWith(provider, { status: 429, headers: headers as Record<string, string> })
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true })
    expect(error.retryAfterMs).toBe(retryAfterMs)
  })

  test.each([401, 403])('with %i names the setting of the key', async (status) => {
    const error = await refusedWith(provider, { status })
    expect(error).toMatchObject({ code: 'forbidden', retryable: false })
    expect(error.fix).toContain(provider === 'anthropic' ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY')
  })

  test.each([
    'Content violates usage guidelines.',
    'Your chosen model requires moderation and your input was flagged for "violence".',
  ])('with 403 for what it holds says nothing of the key: %s', async (message) => {
    const error = await refusedWith(provider, { status: 403, message })
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false, providerWords: message })
  })

  test.each([
    ['Please try again in 1m7.66s.', 67_660],
    ['Rate limit reached. Please try again in 512ms. Visit the docs.', 512],
    ['Please try again in 20s', 20_000],
  ])('for its pace says in words when it may come back: %s', async (message, retryAfterMs) => {
    expect(await refusedWith(provider, { status: 429, message })).toMatchObject({ retryAfterMs })
  })

  test('because there is no such model names it', async () => {
    const error = await refusedWith(provider, { status: 404, type: 'not_found_error' })
    expect(error).toMatchObject({ code: 'not_found', retryable: false })
    expect(error.message).toContain(question(provider, '').model)
  })

  test('for want of credit is not made again', async () => {
    const refusals: Refusal[] = [
      { status: 402 },
      { status: 429, code: 'insufficient_quota' },
      { status: 400, message: 'Your credit balance is too low to access the API.' },
    ]
    for (const refusal of refusals) {
      expect(await refusedWith(provider, refusal)).toMatchObject({ code: 'forbidden', retryable: false })
    }
  })

  test.each<Refusal>([
    { status: 413, type: 'request_too_large' },
    { status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    { status: 400, message: 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000' },
    { status: 400, code: 'context_length_exceeded' },
    { status: 400, message: "This model's maximum context length is 4096 tokens." },
    { status: 400, message: 'the request exceeds the available context size, try increasing it' },
    {
      status: 400,
      message: 'request (6616 tokens) exceeds the available context size (4096 tokens), try increasing it',
    },
    { status: 400, message: 'Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)' },
    { status: 400, message: 'Trying to keep the first 15857 tokens when context the overflows.' },
    {
      status: 500,
      message: 'The number of tokens to keep from the initial prompt is greater than the context length.',
    },
    {
      status: 400,
      message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    },
    {
      status: 400,
      message: "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
    },
    { status: 400, message: 'Too many tokens overall: 40000 > 32768.' },
    {
      status: 400,
      message: 'The decoder prompt (length 9000) is longer than the maximum model length of 8192.',
    },
    {
      status: 400,
      message: "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    },
    { status: 500, message: 'prompt too long; exceeded max context length by 4 tokens' },
    { status: 400, code: 'exceed_context_size_error' },
  ])('because it is too long, $status $code $message, is told apart', async (refusal) => {
    const error = await refusedWith(provider, refusal)
    expect(error).toMatchObject({ code: 'invalid_input', reason: 'context_full', retryable: false })
  })

  test.each([400, 422])('with %i as not valid is not made again', async (status) => {
    const error = await refusedWith(provider, { status, message: 'tools.0.name: too odd' })
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false, reason: undefined })
    expect(`${error.message} ${error.fix}`).not.toContain('too odd')
  })

  test.each([408, 409, 500, 502, 504, 529])('with %i may be made again', async (status) => {
    expect(await refusedWith(provider, { status })).toMatchObject({ code: 'unavailable', retryable: true })
  })

  test.each([
    ['overloaded_error', 'unavailable'],
    ['api_error', 'unavailable'],
    ['rate_limit_error', 'rate_limited'],
    ['invalid_request_error', 'invalid_input'],
    ['authentication_error', 'forbidden'],
  ])('in the middle of its stream, with %s, is %s', async (type, code) => {
    const error = { type, message: 'raw words' }
    server.answer(({ response }) => {
      if (provider === 'anthropic') {
        writeAnthropic(response, [events.start(), ...events.text(0, 'half')])
        response.end(`event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`)
      } else {
        writeChunks(response, [chunkOf({ content: 'half' }), { error }])
        response.end()
      }
    })
    const failure = await failureOf(ask(models, question(provider, 'go')))
    expect(failure.code).toBe(code)
    expect(failure.usage).toMatchObject({ estimated: true })
    expect(failure.message).not.toContain('raw words')
  })

  test('is in the log with its cause, unless its caller cancelled it', async () => {
    const warn = vi.fn()
    const logged = createModels({
      anthropic: { apiKey: KEY, baseUrl: server.url },
      openai: { apiKey: KEY, baseUrl: `${server.url}/v1` },
      log: { ...log, warn },
    })
    const controller = new AbortController()
    server.answer(() => controller.abort())
    await failureOf(logged.ask(question(provider, 'go'), { signal: controller.signal }))
    expect(warn).not.toHaveBeenCalled()
    server.answer(({ response }) =>
      writeJson(response, { status: 500, body: { error: { message: 'raw words' } } }),
    )
    const error = await failureOf(ask(logged, question(provider, 'go')))
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { err: error, provider, model: question(provider, '').model },
      'a model call failed',
    )
    expect(inspect(error.cause)).toContain('raw words')
  })

  test('shows the key neither to its caller nor in what is logged of its cause', async () => {
    const ours = await refusedWith(provider, {
      status: 401,
      message: `Incorrect key ${KEY} provided; and sk-abcdefghijklmnopqrstuvwxyz is none either`,
      headers: { 'x-echo': KEY },
    })
    const theirs = await failureOf(
      ask(
        createModels({
          anthropic: { apiKey: KEY, baseUrl: 'http://127.0.0.1:1' },
          openai: { apiKey: KEY, baseUrl: 'http://127.0.0.1:1' },
          log,
        }),
        question(provider, 'go'),
      ),
    )
    for (const error of [ours, theirs]) {
      const everything = inspect(error, { depth: 20, showHidden: true })
      expect(everything).not.toContain(KEY)
      expect(everything).not.toContain('sk-abcdefghijklmnopqrstuvwxyz')
    }
    expect(inspect(ours.cause)).toContain('Incorrect key [redacted] provided')
  })
})

test.each(
  PROVIDERS.flatMap((provider) => [301, 302, 303, 307, 308].map((status) => [provider, status] as const)),
)('neither key nor question goes where %s sends its callers on to with %i', async (provider, status) => {
  const elsewhere = await openProtocolServer()
  const location = `${elsewhere.url}/v1`
  server.answer(({ response }) => void response.writeHead(status, { location }).end())
  const error = await failureOf(ask(models, question(provider, 'go')))
  expect(error).toMatchObject({ code: 'not_configured', retryable: false, mayHaveCost: false })
  expect(error.message).toContain(elsewhere.url)
  expect(elsewhere.exchanges).toEqual([])
  await elsewhere.close()
})

test('a model that takes tools elsewhere only says so', async () => {
  const error = await refusedWith('openai', {
    status: 400,
    message: 'Function tools are not supported in /v1/chat/completions. Use /v1/responses.',
  })
  expect(error).toMatchObject({ code: 'invalid_input', fix: 'Use another model.' })
  expect(error.message).toContain('does not accept tools')
})

describe('a refusal for length', () => {
  const FIGURES = { contextTokens: 8_192, questionTokens: 6_616 }

  test.each(WORDINGS)('tells of the room there is, in the words of %s', async (_server, write, told) => {
    server.answer(({ response }) =>
      writeJson(response, write({ window: 8_192, question: 6_616, answer: 4_096 })),
    )
    const error = await failureOf(ask(models, question('openai', 'go', { maxTokens: 4_096 })))
    expect(error).toMatchObject({ reason: 'context_full', retryable: false })
    expect(error.room).toEqual(
      Object.fromEntries(
        Object.entries(FIGURES).filter(([name]) => told.includes(name as keyof typeof FIGURES)),
      ),
    )
  })

  test.each(ANSWER_WORDINGS)('of the answer alone tells how long one may be: %s', async (message) => {
    const error = await refusedWith('openai', { status: 400, message })
    expect(error).toMatchObject({ reason: 'context_full', room: { answerTokens: 2_000 } })
  })
})
