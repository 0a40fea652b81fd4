/** Answers of servers that follow the protocol of Chat Completions more or less, each seen in a public report. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ModelAnswer, Models } from '../../../src/clients/models/model.ts'
import { createModels } from '../../../src/clients/models.ts'
import { cases } from '../../support/form.ts'
import { ask, failureOf, question, shownText, silentLog, textOf, WEATHER } from './ask.ts'
import {
  chunkOf,
  anthropicEvents as events,
  openProtocolServer,
  type ProtocolServer,
  writeAnthropic,
  writeChunks,
  writeJson,
} from './protocol-server.ts'

const DONE = 'data: [DONE]\n\n'

let server: ProtocolServer
let models: Models

beforeAll(async () => {
  server = await openProtocolServer()
  models = createModels({ openai: { baseUrl: `${server.url}/v1` }, log: silentLog })
})

afterAll(() => server.close())

interface Asked {
  readonly end?: string
  readonly model?: string
}

function heard(chunks: readonly object[], { end = '', model = 'some-model' }: Asked = {}) {
  server.answer(({ response }) => {
    writeChunks(response, chunks)
    response.end(end)
  })
  return ask(models, question('openai', 'go', { tools: [WEATHER], model }))
}

async function answered(chunks: readonly object[], asked: Asked = {}): Promise<ModelAnswer> {
  return (await heard(chunks, asked)).answer
}

function callsOf({ content }: ModelAnswer) {
  return content.flatMap((said) => (said.type === 'tool_call' ? [[said.name, said.input]] : []))
}

describe('the end of an answer', () => {
  test.each([
    [
      'with an empty reason in each piece',
      [chunkOf({ content: 'half' }, ''), chunkOf({ content: ' a' }, '')],
    ],
    ['with no reason', [chunkOf({ content: 'half' })]],
    ['with a reason that nobody knows', [chunkOf({ content: 'half' }), chunkOf({}, 'paused_for_tea')]],
    ['with a call that is said and does not come', [chunkOf({}, 'tool_calls')]],
    ['with nothing at all', []],
  ])('that is cut %s is none, and the call may be made again', async (_how, chunks) => {
    const error = await failureOf(heard(chunks))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
  })

  test.each([
    ['with no reason', [chunkOf({ content: 'whole' })]],
    ['with an empty reason', [chunkOf({ content: 'whole' }, '')]],
    ['with a reason that nobody knows', [chunkOf({ content: 'whole' }), chunkOf({}, 'paused_for_tea')]],
  ])('is there when the server says [DONE], %s', async (_how, chunks) => {
    const answer = await answered(chunks, { end: DONE })
    expect(answer).toMatchObject({ stop: 'end' })
    expect(textOf(answer)).toBe('whole')
  })

  test('is not there when the server says [DONE] and nothing else', async () => {
    expect(await failureOf(heard([], { end: DONE }))).toMatchObject({ retryable: true })
  })

  test.each([
    'error',
    'abort',
    'insufficient_system_resource',
    'function_call_filter: MALFORMED_FUNCTION_CALL',
  ])('is none for the reason %s, also after words', async (reason) => {
    const error = await failureOf(heard([chunkOf({ content: 'half' }), chunkOf({}, reason)], { end: DONE }))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.providerWords).toContain(reason)
  })

  test.each([
    ['a line without its end', 'data: {"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}'],
    [
      'lines without empty ones between',
      `data: {"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}\n${DONE}`,
    ],
  ])('may be %s', async (_how, end) => {
    expect(textOf(await answered([chunkOf({ content: 'whole' })], { end }))).toBe('whole!')
  })
})

describe('a whole body, though a stream was asked for', () => {
  const body = {
    id: 'c1',
    object: 'chat.completion',
    model: 'test-1',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Let me see.',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"place":"Oslo"}' } },
            { id: 'b', type: 'function', function: { name: 'weather', arguments: { place: 'Rome' } } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
  }

  test('is an answer', async () => {
    server.answer(({ response }) => writeJson(response, { status: 200, body }))
    const { answer, deltas } = await ask(models, question('openai', 'go', { tools: [WEATHER] }))
    expect(answer).toMatchObject({ stop: 'tool_calls', usage: { inputTokens: 9, outputTokens: 3 } })
    expect(callsOf(answer)).toEqual([
      ['weather', { place: 'Oslo' }],
      ['weather', { place: 'Rome' }],
    ])
    expect(shownText(deltas)).toBe('Let me see.')
  })

  test('that is cut is not an answer', async () => {
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body).slice(0, 200))
    })
    expect(await failureOf(ask(models, question('openai', 'go')))).toMatchObject({ retryable: true })
  })

  test.each([
    [{ error: { message: 'model is loading', code: 503 } }, true],
    [{ error: { message: 'no such model', code: 404 } }, false],
    [{ object: 'error', message: 'no such model', type: 'NotFoundError', code: 404 }, false],
    [{ error: 'context length exceeded' }, false],
  ])('may be an error with a status of success: %o', async (error, retryable) => {
    server.answer(({ response }) => writeJson(response, { status: 200, body: error }))
    expect(await failureOf(ask(models, question('openai', 'go')))).toMatchObject({ retryable })
  })

  test('that is a web page says to check the address', async () => {
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Open WebUI</title>')
    })
    const error = await failureOf(ask(models, question('openai', 'go')))
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false })
    expect(error.fix).toContain('OPENAI_BASE_URL')
  })
})

const piece = (call: object) => chunkOf({ tool_calls: [call] })
const named = (name: string | undefined, args: unknown) => ({ function: { name, arguments: args } })
const OSLO = ['weather', { place: 'Oslo' }]
const ROME = ['weather', { place: 'Rome' }]

describe('calls', () => {
  test.each<[string, object[], unknown[]]>([
    [
      'whose id changes with each piece',
      [
        { index: 0, id: 'x1', ...named('weather', '') },
        { index: 0, id: 'x2', ...named(undefined, '{"place":') },
        { index: 0, id: 'x3', ...named(undefined, '"Oslo"}') },
      ],
      [OSLO],
    ],
    [
      'whose id changes and whose name comes with each piece',
      [
        { index: 0, id: 'x1', ...named('weather', '{"pl') },
        { index: 0, id: 'x2', ...named('weather', 'ace":"Oslo"') },
        { index: 0, id: 'x3', ...named('weather', '}') },
      ],
      [OSLO],
    ],
    [
      'of one number without an id',
      [
        { index: 0, id: '', ...named('weather', '{"place":"Oslo"}') },
        { index: 0, id: '', ...named('weather', '{"place":"Rome"}') },
      ],
      [OSLO, ROME],
    ],
    [
      'of one id',
      [
        { index: 0, id: 'same', ...named('weather', '{"place":"Oslo"}') },
        { index: 1, id: 'same', ...named('weather', '{"place":"Rome"}') },
      ],
      [OSLO, ROME],
    ],
    [
      'of one id and one number, in pieces',
      [
        { index: 0, id: 'same', ...named('weather', '{"place":"Os') },
        { index: 0, ...named(undefined, 'lo"}') },
        { index: 0, id: 'same', ...named('weather', '{"place":') },
        { index: 0, ...named(undefined, '"Rome"}') },
      ],
      [OSLO, ROME],
    ],
    [
      'without numbers, in pieces',
      [
        { id: 'a', ...named('weather', '{"place":') },
        named(undefined, '"Oslo"}'),
        { id: 'b', ...named('weather', '{"place":') },
        { id: 'b', ...named(undefined, '"Rome"}') },
      ],
      [OSLO, ROME],
    ],
    [
      'without numbers and ids',
      [named('weather', '{"place":"Oslo"}'), named('weather', '{"place":'), named(undefined, '"Rome"}')],
      [OSLO, ROME],
    ],
    [
      'that take turns',
      [
        { index: 0, id: 'a', ...named('weather', '{"place":') },
        { index: 1, id: 'b', ...named('weather', '{"place":') },
        { index: 0, ...named(undefined, '"Oslo"}') },
        { index: 1, ...named(undefined, '"Rome"}') },
      ],
      [OSLO, ROME],
    ],
    [
      'whose number grows with each piece, under one id',
      [
        { index: 0, id: 'a', ...named('weather', '{"place":') },
        { index: 1, id: 'a', ...named(undefined, '"Oslo"}') },
      ],
      [OSLO],
    ],
    [
      'whose name comes in pieces',
      [
        { index: 0, id: 'a', ...named('wea', '') },
        { index: 0, ...named('ther', '') },
        { index: 0, ...named(undefined, '{"place":"Oslo"}') },
      ],
      [OSLO],
    ],
    [
      'whose name comes after the arguments began',
      [
        { index: 0, id: 'a', ...named(undefined, '{"place":') },
        { index: 0, ...named('weather', '"Oslo"}') },
      ],
      [OSLO],
    ],
    [
      'that begin with an empty object',
      [
        { index: 0, id: 'a', ...named('weather', '{}') },
        { index: 0, ...named(undefined, '{"place":"Oslo"}') },
      ],
      [OSLO],
    ],
    [
      'that are said twice',
      [
        { index: 0, id: 'a', ...named('weather', '{"place":"Oslo"}') },
        { index: 0, id: 'a', ...named('weather', '{"place":"Oslo"}') },
      ],
      [OSLO],
    ],
    [
      'whose arguments are encoded twice, null or an object',
      [
        { index: 0, id: 'a', ...named('weather', JSON.stringify('{"place":"Oslo"}')) },
        { index: 1, id: 'b', ...named('weather', null) },
        { index: 2, id: 'c', ...named('weather', 'null') },
        { index: 3, id: 'd', ...named('weather', { place: 'Rome' }) },
      ],
      [OSLO, ['weather', {}], ['weather', {}], ROME],
    ],
  ])('%s are put together rightly, each with an id of its own', async (_how, pieces, expected) => {
    const answer = await answered([...pieces.map(piece), chunkOf({}, 'tool_calls')])
    expect(answer.stop).toBe('tool_calls')
    expect(callsOf(answer)).toEqual(expected)
    const ids = answer.content.flatMap((said) => (said.type === 'tool_call' ? [said.id] : []))
    expect(new Set(ids).size).toBe(expected.length)
    expect(ids.every((id) => id !== '')).toBe(true)
  })

  test('come whole, wherever their arguments are cut, with a name once or with each piece', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        fc.boolean(),
        async (input, lengths, isNamed) => {
          const json = JSON.stringify(input, undefined, 1)
          const pieces = lengths.reduceRight<string[]>(
            ([rest = '', ...later], at) => [rest.slice(0, at), rest.slice(at), ...later],
            [json],
          )
          const answer = await answered([
            ...pieces.map((args, place) =>
              piece({ index: 0, id: 'a', ...named(isNamed || place === 0 ? 'weather' : undefined, args) }),
            ),
            chunkOf({}, 'tool_calls'),
          ])
          expect(JSON.stringify(callsOf(answer))).toBe(JSON.stringify([['weather', JSON.parse(json)]]))
        },
      ),
      { numRuns: cases(60, 3_000) },
    )
  })

  test('of an interface that is no longer in use are calls', async () => {
    const answer = await answered([
      chunkOf({ function_call: { name: 'weather', arguments: '{"place":' } }),
      chunkOf({ function_call: { arguments: '"Oslo"}' } }),
      chunkOf({}, 'function_call'),
    ])
    expect(callsOf(answer)).toEqual([OSLO])
  })
})

describe('thinking', () => {
  test.each([
    ['in tags', ['<think>Four', ' it is.</think>\n\n', '{"answer": 4}'], '{"answer": 4}'],
    [
      'in tags that are cut anywhere',
      ['<', 'thi', 'nk', '>Four</', 'think', '>{"answer": 4}'],
      '{"answer": 4}',
    ],
    ['after a line', ['\n<think>\n', '\n</think>\n\n', 'Four.'], 'Four.'],
    ['twice', ['<think>a</think> <think>b</think> ', 'Four.'], 'Four.'],
    ['in other tags', ['[THINK]Hm', '[/THINK]Four.'], 'Four.'],
    [
      'in the channels of gpt-oss',
      ['<|channel|>analysis<|mess', 'age|>Hm<|end|><|start|>assistant<|channel|>final<|message|>', 'Four.'],
      'Four.',
    ],
    ['that never ends', ['<think>Four it', ' is'], ''],
  ])('%s is no answer, and is not shown', async (_how, pieces, answer) => {
    const { answer: given, deltas } = await heard([
      ...pieces.map((content) => chunkOf({ content })),
      chunkOf({}, 'stop'),
    ])
    expect(textOf(given)).toBe(answer)
    expect(shownText(deltas)).toBe(answer)
  })

  test.each([
    ['words about tags', ['Write <think> and </think> around it.']],
    ['a sign', ['< 4']],
    ['half a tag', ['<thi']],
    ['code with a tag', ['```xml\n<a></think>', '\n```']],
    ['the word of a closing tag', ['The `</think>` tag ends it.']],
  ])('is not what only looks like it: %s', async (_how, pieces) => {
    const { answer, deltas } = await heard([
      ...pieces.map((content) => chunkOf({ content })),
      chunkOf({}, 'stop'),
    ])
    expect(textOf(answer)).toBe(pieces.join(''))
    expect(shownText(deltas)).toBe(pieces.join(''))
  })

  test('that a template opens ends with a tag alone; from then on it is not shown either', async () => {
    const chunks = ['It is four.', '\n</think>\n\n', 'Four.'].map((content) => chunkOf({ content }))
    const model = 'opens-in-template'
    expect(textOf(await answered([...chunks, chunkOf({}, 'stop')], { model }))).toBe('Four.')
    const { answer, deltas } = await heard([...chunks, chunkOf({}, 'stop')], { model })
    expect(textOf(answer)).toBe('Four.')
    expect(shownText(deltas)).toBe('Four.')
    const plain = await heard([chunkOf({ content: 'Just four.' }), chunkOf({}, 'stop')], { model })
    expect(textOf(plain.answer)).toBe('Just four.')
    expect(shownText(plain.deltas)).toBe('Just four.')
  })

  test('in typed parts is no answer', async () => {
    const { answer, deltas } = await heard([
      chunkOf({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }),
      chunkOf({ content: [{ type: 'reasoning_text', text: 'Hm.' }] }),
      chunkOf({ content: [{ type: 'text', text: 'Fo' }] }),
      chunkOf({ content: 'ur.' }),
      chunkOf({}, 'stop'),
    ])
    expect(textOf(answer)).toBe('Four.')
    expect(shownText(deltas)).toBe('Four.')
  })
})

describe('a field that a server does not take', () => {
  const outputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } as const

  test.each([
    [
      422,
      { detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] },
      'stream_options',
    ],
    [
      400,
      {
        error: {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        },
      },
      'max_tokens',
    ],
    [400, { error: { message: 'This response_format type is unavailable now' } }, 'response_format'],
    [
      400,
      { error: { message: 'json mode cannot be combined with tool/function calling' } },
      'response_format',
    ],
  ])('is left out after it was named in a refusal with %i: %o', async (status, body, field) => {
    const model = `takes-no-${field}-${JSON.stringify(body).length}`
    const asked: Record<string, unknown>[] = []
    server.answer(({ response, body: question }) => {
      asked.push(question)
      if (field in question) return writeJson(response, { status, body })
      writeChunks(response, [chunkOf({ content: '{"n":1}' }, 'stop')])
      response.end()
    })
    const request = question('openai', 'go', { tools: [WEATHER], model, outputSchema })
    expect(textOf((await ask(models, request)).answer)).toBe('{"n":1}')
    expect(textOf((await ask(models, request)).answer)).toBe('{"n":1}')
    expect(asked.map((each) => field in each)).toEqual([true, false, false])
    // What the schema said is told in words then.
    expect(JSON.stringify(asked[2])).toContain('integer')
    expect(asked[2]?.max_tokens ?? asked[2]?.max_completion_tokens).toBe(request.maxTokens)
  })

  test('that is refused for its value is not asked for twice', async () => {
    let asked = 0
    server.answer(({ response }) => {
      asked += 1
      writeJson(response, {
        status: 400,
        body: { error: { message: 'max_tokens must be a positive integer' } },
      })
    })
    const error = await failureOf(ask(models, question('openai', 'go')))
    expect({ code: error.code, asked }).toEqual({ code: 'invalid_input', asked: 1 })
  })
})

describe('a server that speaks the protocol of Anthropic carelessly', () => {
  let careless: Models
  beforeAll(() => {
    careless = createModels({ anthropic: { apiKey: 'key', baseUrl: server.url }, log: silentLog })
  })
  const call = (id: string, input: object | string | null | undefined) => ({
    type: 'tool_use',
    id,
    name: 'weather',
    input,
  })

  test('and gives a whole message is understood', async () => {
    server.answer(({ response }) =>
      writeJson(response, {
        status: 200,
        body: {
          type: 'message',
          role: 'assistant',
          model: 'local',
          content: [
            { type: 'text', text: 'Let me see.' },
            call('', { place: 'Oslo' }),
            call('', { place: 'Rome' }),
          ],
          stop_reason: 'tool_use',
          usage: { input_tokens: 9, output_tokens: 3 },
        },
      }),
    )
    const { answer, deltas } = await ask(careless, question('anthropic', 'go', { tools: [WEATHER] }))
    expect(answer).toMatchObject({ stop: 'tool_calls', usage: { inputTokens: 9, outputTokens: 3 } })
    expect(callsOf(answer)).toEqual([OSLO, ROME])
    const ids = answer.content.flatMap((said) => (said.type === 'tool_call' ? [said.id] : []))
    expect(new Set(ids.filter(Boolean)).size).toBe(2)
    expect(shownText(deltas)).toBe('Let me see.')
  })

  test.each([
    ['with an empty reason', events.end('').slice(0, 1), undefined],
    ['with a reason that nobody knows', events.end('tea').slice(0, 1), undefined],
    ['with an empty reason, and said to be whole', events.end(''), 'end'],
    ['with a known reason, and not said to be whole', events.end('end_turn').slice(0, 1), 'end'],
  ])('and ends %s has ended only if it is known', async (_how, end, stop) => {
    server.answer(({ response }) => {
      writeAnthropic(response, [events.start(), ...events.text(0, 'half'), ...end])
      response.end()
    })
    const asked = ask(careless, question('anthropic', 'go'))
    if (stop === undefined) expect(await failureOf(asked)).toMatchObject({ retryable: true })
    else expect((await asked).answer.stop).toBe(stop)
  })

  const delta = (index: number | undefined, said: object) => ({
    type: 'content_block_delta',
    index,
    delta: said,
  })
  const begun = (index: number | undefined, content_block: object) => ({
    type: 'content_block_start',
    index,
    content_block,
  })
  const saidOslo = { type: 'text_delta', text: 'Oslo' }

  test.each<[string, object[]]>([
    ['in blocks that do not begin', [delta(0, saidOslo)]],
    ['in a block without a type', [begun(0, { text: '' }), delta(0, saidOslo)]],
    ['in a block of another type', [begun(0, { type: 'thinking', thinking: '' }), delta(0, saidOslo)]],
    ['in pieces without a type', [...events.text(0).slice(0, 1), delta(0, { text: 'Oslo' })]],
    ['before a call of the same number', [...events.text(0, 'Oslo'), ...events.toolUse(0, 'weather', '{}')]],
    [
      'before a call, both without a number',
      [
        begun(undefined, { type: 'text', text: '' }),
        delta(undefined, saidOslo),
        begun(undefined, call('a', {})),
      ],
    ],
  ])('and gives text %s loses none of it', async (_how, said) => {
    server.answer(({ response }) => {
      writeAnthropic(response, [events.start(), ...said, ...events.end('end_turn')] as { type: string }[])
      response.end()
    })
    const { answer, deltas } = await ask(careless, question('anthropic', 'go', { tools: [WEATHER] }))
    expect([textOf(answer), shownText(deltas)]).toEqual(['Oslo', 'Oslo'])
  })

  test.each<[string, object[]]>([
    [
      'as an object',
      [begun(0, call('a', {})), delta(0, { type: 'input_json_delta', partial_json: OSLO[1] })],
    ],
    ['encoded in the block', [begun(0, call('a', JSON.stringify(OSLO[1])))]],
    [
      'in the block and empty after it',
      [begun(0, call('a', OSLO[1])), delta(0, { type: 'input_json_delta', partial_json: '{}' })],
    ],
    ['under a name with more around it', events.toolUse(0, 'functions.weather:0', JSON.stringify(OSLO[1]))],
  ])('and gives an input %s is understood', async (_how, said) => {
    server.answer(({ response }) => {
      writeAnthropic(response, [events.start(), ...said, ...events.end('tool_calls')] as { type: string }[])
      response.end()
    })
    const { answer } = await ask(careless, question('anthropic', 'go', { tools: [WEATHER] }))
    expect(callsOf(answer)).toEqual([OSLO])
  })

  test.each(['hello', { type: 'text', text: 'hello' }])(
    'and gives content as %j is understood',
    async (content) => {
      const body = { type: 'message', content, stop_reason: 'end_turn' }
      server.answer(({ response }) => writeJson(response, { status: 200, body }))
      expect(textOf((await ask(careless, question('anthropic', 'go'))).answer)).toBe('hello')
    },
  )

  test('and says in the words of another protocol that its answer is cut has cut it', async () => {
    server.answer(({ response }) => {
      writeAnthropic(response, [events.start(), ...events.text(0, 'half'), ...events.end('length')])
      response.end()
    })
    expect((await ask(careless, question('anthropic', 'go'))).answer.stop).toBe('max_tokens')
  })

  test('and gives a web page is not an answer', async () => {
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
    })
    const error = await failureOf(ask(careless, question('anthropic', 'go')))
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false })
    expect(error.fix).toContain('ANTHROPIC_BASE_URL')
  })
})

describe('a whole body', () => {
  const told = (text: string) => {
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    })
    return ask(models, question('openai', 'go', { tools: [WEATHER], model: 'some-model' }))
  }
  const choice = { message: { content: 'hello' }, finish_reason: 'stop' }
  const whole = JSON.stringify({ choices: [choice] })

  test.each([
    ['with one choice instead of a list', JSON.stringify({ choices: choice })],
    ['with choices by number', JSON.stringify({ choices: { 0: choice } })],
    ['with text after it', `${whole}\nOK`],
    ['with [DONE] after it', `${whole}\ndata: [DONE]\n`],
    [
      'of events, one a line',
      [chunkOf({ content: 'hel' }), chunkOf({ content: 'lo' }), chunkOf({}, 'stop')]
        .map((chunk) => JSON.stringify(chunk))
        .join('\n'),
    ],
  ])('%s is understood', async (_how, text) => {
    expect(textOf((await told(text)).answer)).toBe('hello')
  })

  test('of events that is cut is no answer', async () => {
    const error = await failureOf(told(`${JSON.stringify(chunkOf({ content: 'hel' }))}\n{"choi`))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
  })

  test.each<[string, object]>([
    ['without a function around it', { tool_calls: [{ id: 'a', name: 'weather', arguments: OSLO[1] }] }],
    ['with parameters', { tool_calls: [{ id: 'a', function: { name: 'weather', parameters: OSLO[1] } }] }],
    [
      'as another protocol has it',
      { content: [{ type: 'tool_use', id: 'a', name: 'weather', input: OSLO[1] }] },
    ],
  ])('with a call %s is understood', async (_how, message) => {
    const { answer } = await told(JSON.stringify({ choices: [{ message, finish_reason: 'tool_calls' }] }))
    expect(callsOf(answer)).toEqual([OSLO])
  })
})

describe('a stream', () => {
  const spoken = [chunkOf({ content: 'fo' }), chunkOf({ content: 'ur 🎉' }), chunkOf({}, 'stop')]
  const written = spoken.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)

  function sent(...pieces: readonly (string | Uint8Array)[]) {
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const piece of pieces) response.write(piece)
      response.end()
    })
    return ask(models, question('openai', 'go', { tools: [WEATHER], model: 'some-model' }))
  }

  test.each(['ping', 'keep-alive', 'null', '[]', '{}', '', '{"type":"ping"}'])(
    'goes on after a sign of life: data: %s',
    async (sign) => {
      const [first = '', ...others] = written
      const { answer } = await sent(first, `data: ${sign}\n\n`, ...others)
      expect(textOf(answer)).toBe('four 🎉')
    },
  )

  test.each(['four 🎉', 'data: four', '{"choices":'])(
    'with text amid its events is none: %s',
    async (text) => {
      const [first = '', ...others] = written
      const error = await failureOf(sent(first, `data: ${text}\n\n`, ...others))
      expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    },
  )

  test('that is cut anywhere is the whole answer or none', async () => {
    const bytes = Buffer.from(`${written.join('')}${DONE}`)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), async (length) => {
        const asked = sent(bytes.subarray(0, length)).then(
          ({ answer }) => textOf(answer),
          (error) => error.code,
        )
        expect(['four 🎉', 'unavailable']).toContain(await asked)
      }),
      { numRuns: cases(60, 1_000) },
    )
  })

  test('may be held open with space, however much, before it begins', async () => {
    const space = ' '.repeat(16_384)
    const { answer } = await sent(...Array.from({ length: 400 }, () => space), '\n', ...written)
    expect(textOf(answer)).toBe('four 🎉')
  })
})

describe('what stands for a message', () => {
  test.each([
    ['a number', { message: { content: 42 } }, '42'],
    ['a JSON object', { message: { content: { answer: 4 } } }, '{"answer":4}'],
    ['a truth', { message: { content: true } }, 'true'],
    ['a bare text', { text: 'four' }, 'four'],
    ['a text as the piece', { delta: 'four' }, 'four'],
  ])('is read as its answer: %s', async (_what, choice, expected) => {
    const answer = await answered([{ choices: [{ index: 0, ...choice, finish_reason: 'stop' }] }])
    expect(textOf(answer)).toBe(expected)
  })

  test.each([
    [{ code: 401, message: 'Invalid API key', success: false }, 'forbidden', false],
    [{ error: { type: 'invalid_api_key', message: 'Invalid API key' } }, 'forbidden', false],
    [{ code: '1113', msg: 'Invalid API key' }, 'unavailable', true],
  ])(
    'with a status of success may be a refusal, and its words are kept: %o',
    async (body, code, retryable) => {
      server.answer(({ response }) => writeJson(response, { status: 200, body }))
      const error = await failureOf(ask(models, question('openai', 'go', { model: 'some-model' })))
      expect(error).toMatchObject({ code, retryable, providerWords: 'Invalid API key' })
    },
  )
})

describe('the name of a tool', () => {
  test.each([
    ...[
      'functions.weather',
      'functions.weather:0',
      'default_api.weather',
      'default_api:weather',
      'tools/weather',
    ],
    ...[' weather ', 'Weather', 'weather<|channel|>commentary'],
  ])('is the one that was offered: "%s"', async (name) => {
    const call = { index: 0, id: 'a', function: { name, arguments: '{"place":"Oslo"}' } }
    const answer = await answered([chunkOf({ tool_calls: [call] }), chunkOf({}, 'tool_calls')])
    expect(callsOf(answer)).toEqual([['weather', { place: 'Oslo' }]])
  })

  test('that was not offered stays as it came', async () => {
    const call = { index: 0, id: 'a', function: { name: 'functions.tides', arguments: '{}' } }
    const answer = await answered([chunkOf({ tool_calls: [call] }), chunkOf({}, 'tool_calls')])
    expect(callsOf(answer)).toEqual([['functions.tides', {}]])
  })
})

test.each([
  ['completed', 'end'],
  [' stop', 'end'],
  ['FinishReason.STOP', 'end'],
  ['max_output_tokens', 'max_tokens'],
  ['content-filter', 'refusal'],
])('the reason "%s" ends an answer', async (reason, stop) => {
  expect((await answered([chunkOf({ content: 'four' }), chunkOf({}, reason)])).stop).toBe(stop)
})
