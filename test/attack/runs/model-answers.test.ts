/** Whatever a model server sends, it is an answer or a failure in clear words: never one of ours, and never a hang. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Models, Provider } from '../../../src/clients/models/model.ts'
import { ModelError } from '../../../src/clients/models/model-error.ts'
import { createModels } from '../../../src/clients/models.ts'
import { makeStorable } from '../../../src/core/text/storable.ts'
import { question, silentLog, WEATHER } from '../../clients/models/ask.ts'
import { openProtocolServer, type ProtocolServer } from '../../clients/models/protocol-server.ts'
import { cases } from '../../support/form.ts'

let server: ProtocolServer
let models: Models
beforeAll(async () => {
  server = await openProtocolServer()
  models = createModels({
    anthropic: { apiKey: 'key', baseUrl: server.url },
    openai: { baseUrl: `${server.url}/v1` },
    log: silentLog,
  })
})
afterAll(() => server.close())

const FIELDS = [
  ...['choices', 'delta', 'message', 'content', 'tool_calls', 'function', 'name', 'arguments', 'id', 'index'],
  ...[
    'finish_reason',
    'usage',
    'prompt_tokens',
    'completion_tokens',
    'total_tokens',
    'error',
    'code',
    'type',
  ],
  ...[
    'text',
    'reasoning_content',
    'reasoning_details',
    'model',
    'x_groq',
    '__proto__',
    'extra_content',
    'refusal',
  ],
  ...[
    'status',
    'data',
    'metadata',
    'raw',
    'detail',
    'function_call',
    'content_block',
    'partial_json',
    'thinking',
  ],
  ...['signature', 'stop_reason', 'input'],
]
const VALUES = [
  ...[null, '', 0, 1, -1, 1e308, true, false, '{', '{}', 'null', '[DONE]', '<think>', '</think>', 'weather'],
  ...['a\0b', '\ud800', 'stop', 'length', 'tool_calls', 'tool_use', 'end_turn', 'text', 'thinking'],
  ...['text_delta', 'input_json_delta', 'error'],
]

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...VALUES),
    fc.string(),
    fc.array(tie('anything'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...FIELDS), tie('anything')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}))

/** The form of an event with anything where something is expected. */
const some = <Shape>(shape: { [Field in keyof Shape]: fc.Arbitrary<Shape[Field]> }) =>
  fc.record(shape, { requiredKeys: [] })

const call = some({ index: anything, id: anything, function: some({ name: anything, arguments: anything }) })
const delta = some({ content: anything, tool_calls: fc.array(call, { maxLength: 3 }), reasoning: anything })
const choice = some({ delta: fc.oneof(delta, anything), message: anything, finish_reason: anything })
const chunk = some({ choices: fc.array(fc.oneof(choice, anything), { maxLength: 2 }), usage: anything })

const TYPES = [
  'message_start',
  'content_block_start',
  'content_block_delta',
  'message_delta',
  'message_stop',
  'error',
]
const block = some({ type: anything, text: anything, id: anything, name: anything, input: anything })
const event = some({
  type: fc.constantFrom(...TYPES),
  message: anything,
  index: fc.oneof(fc.nat(2), anything),
  content_block: fc.oneof(block, anything),
  delta: fc.oneof(
    some({ type: anything, text: anything, partial_json: anything, stop_reason: anything }),
    anything,
  ),
  usage: anything,
})

const EVENTS = { anthropic: event, openai: chunk } as const satisfies Record<Provider, fc.Arbitrary<object>>
const WAYS = ['stream', 'stream', 'body', 'refusal'] as const

function answerWith(events: readonly unknown[], way: (typeof WAYS)[number]): void {
  server.answer(({ response }) => {
    const [first = null] = events
    if (way === 'stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const each of events) {
        const type = (each as { type?: unknown } | null)?.type
        response.write(
          `${typeof type === 'string' ? `event: ${type.replaceAll(/\s/g, '')}\n` : ''}data: ${JSON.stringify(each)}\n\n`,
        )
      }
      response.end()
    } else {
      const status = way === 'body' ? 200 : 400 + events.length * 20
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(first))
    }
  })
}

test.each(['anthropic', 'openai'] as const)('events of %s that are nothing of the kind', async (provider) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(EVENTS[provider], anything), { maxLength: 5 }),
      fc.constantFrom(...WAYS),
      async (events, way) => {
        answerWith(events, way)
        try {
          const asked = question(provider, 'go', { tools: [WEATHER] })
          const answer = await models.ask(asked, { signal: AbortSignal.timeout(10_000) })
          expect(makeStorable(answer).replaced).toBe(0)
        } catch (thrown) {
          if (!(thrown instanceof ModelError)) throw thrown
          expect(['internal', 'cancelled']).not.toContain(thrown.code)
        }
      },
    ),
    { numRuns: cases(60, 3_000) },
  )
})
