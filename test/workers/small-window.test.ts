/** Models of a small window: what a refusal tells of it is used, in the words of every server that gives any. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { chunkOf, type Exchange, writeChunks, writeJson } from '../clients/models/protocol-server.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

interface Asked {
  readonly window: number
  readonly question: number
  readonly answer: number
}

interface Refusal {
  readonly status: number
  readonly body: object
}

const refusal = (status: number, error: object): Refusal => ({ status, body: { error } })
const bad = (message: string): Refusal => refusal(400, { message })

/** How servers refuse a question and an answer that do not fit together. */
const WORDINGS: readonly (readonly [string, (asked: Asked) => Refusal])[] = [
  [
    'OpenAI, Azure, DeepSeek, vLLM 0.5',
    ({ window, question, answer }) =>
      refusal(400, {
        message: `This model's maximum context length is ${window} tokens. However, you requested ${question + answer} tokens (${question} in the messages, ${answer} in the completion). Please reduce the length of the messages or completion.`,
        type: 'BadRequestError',
        code: 'context_length_exceeded',
      }),
  ],
  [
    'vLLM 0.9',
    ({ window, question, answer }) =>
      bad(
        `'max_tokens' or 'max_completion_tokens' is too large: ${answer}. This model's maximum context length is ${window} tokens and your request has ${question} input tokens (${answer} > ${window} - ${question}).`,
      ),
  ],
  [
    // https://github.com/vllm-project/vllm/issues/33418
    'vLLM 0.14',
    ({ window, question, answer }) =>
      bad(
        `This model's maximum context length is ${window - answer} tokens. However, your request has ${question} input tokens. Please reduce the length of the input messages. (parameter=input_tokens, value=${question})`,
      ),
  ],
  [
    'vLLM 0.16',
    ({ window, question, answer }) =>
      bad(
        `You passed ${question} input tokens and requested ${answer} output tokens. However, the model's context length is only ${window} tokens, resulting in a maximum input length of ${window - answer} tokens. Please reduce the length of the input prompt.`,
      ),
  ],
  [
    'vLLM, which stopped counting',
    ({ window, answer }) =>
      bad(
        `This model's maximum context length is ${window} tokens. However, you requested ${answer} output tokens and your prompt contains at least ${window - answer + 1} input tokens, for a total of at least ${window + 1} tokens.`,
      ),
  ],
  [
    'SGLang',
    ({ window, question, answer }) =>
      bad(
        `Requested token count exceeds the model's maximum context length of ${window} tokens. You requested a total of ${question + answer} tokens: ${question} tokens from the input messages and ${answer} tokens for the completion.`,
      ),
  ],
  [
    'OpenRouter',
    ({ window, question, answer }) =>
      bad(
        `This endpoint's maximum context length is ${window} tokens. However, you requested about ${question + answer} tokens (${question} of text input, ${answer} in the output).`,
      ),
  ],
  [
    'Mistral',
    ({ window, question, answer }) =>
      bad(
        `Prompt contains ${question} tokens and ${answer} draft tokens, too large for model with ${window} maximum context length`,
      ),
  ],
  [
    'Kimi',
    ({ window, question, answer }) =>
      bad(
        `Invalid request: Your request exceeded model token limit: ${window} (requested: ${question + answer})`,
      ),
  ],
  [
    'Text Generation Inference',
    ({ window, question, answer }) =>
      bad(
        `Input validation error: \`inputs\` tokens + \`max_new_tokens\` must be <= ${window}. Given: ${question} \`inputs\` tokens and ${answer} \`max_new_tokens\``,
      ),
  ],
  [
    'Groq, which has no more a minute',
    ({ window, question, answer }) =>
      refusal(413, {
        message: `Request too large for model \`llama\` on tokens per minute (TPM): Limit ${window}, Requested ${question + answer}, please reduce your message size and try again.`,
        type: 'tokens',
        code: 'rate_limit_exceeded',
      }),
  ],
  [
    'Groq, without figures',
    () =>
      refusal(400, {
        message: 'Please reduce the length of the messages or completion.',
        code: 'context_length_exceeded',
      }),
  ],
  ['a server that only says so', () => bad('context size exceeded')],
]

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([createTasks, listTasks])
  worker = world.worker()
})
afterAll(() => world.close())

const BYTES_PER_TOKEN = 4

function tokensOf({ body }: Exchange): number {
  return Math.ceil(JSON.stringify([body.messages, body.tools]).length / BYTES_PER_TOKEN)
}

interface Window {
  readonly window: number
  readonly refuse: (asked: Asked) => Refusal
  /** What it answers to the question of that number; to sum up, it always answers the same. */
  readonly say?: (answered: number) => object
}

/** A server of a small window, and what it was asked. */
function openWindow({ window, refuse, say = () => ({ content: 'Done.' }) }: Window) {
  const asked: { readonly fits: boolean; readonly answer: number; readonly question: number }[] = []
  let answered = 0
  world.provider.say(
    ...Array.from({ length: 40 }, () => (exchange: Exchange) => {
      const question = tokensOf(exchange)
      const answer: number = exchange.body.max_tokens
      const fits = question + answer <= window
      asked.push({ fits, answer, question })
      const { response } = exchange
      if (!fits) writeJson(response, refuse({ window, question, answer }))
      else {
        const isSummary = exchange.body.tools === undefined
        const delta = isSummary ? { content: 'Some parts are made.' } : say(answered)
        if (!isSummary) answered += 1
        writeChunks(response, [chunkOf(delta, 'tool_calls' in delta ? 'tool_calls' : 'stop')])
        response.end()
      }
      return undefined
    }),
  )
  return asked
}

async function ended(options: Parameters<RunWorld['start']>[0] = {}) {
  const { id } = await world.start({ provider: 'openai', model: 'small', ...options })
  await world.drain(worker)
  return await world.run(id)
}

const WINDOW = 8_192
/** A goal that leaves about 1,500 tokens of the window. */
const GOAL = 'Consider this. '.repeat(1_380)

describe('a question that leaves room for a shorter answer', () => {
  test.each(WORDINGS)('is asked again for less, in the words of %s', async (_server, refuse) => {
    const asked = openWindow({ window: WINDOW, refuse })
    expect(await ended({ goal: GOAL })).toMatchObject({ state: 'succeeded', summary: 'Done.' })
    expect(asked.map(({ fits }) => fits)).toEqual([false, true])
    expect(asked[1]?.answer).toBeGreaterThanOrEqual(512)
  })

  test('gets all the room there is, where the server says how much', async () => {
    const [, refuse] = WORDINGS[0] ?? []
    const asked = openWindow({ window: WINDOW, refuse: refuse ?? (() => bad('')) })
    await ended({ goal: GOAL })
    const { answer = 0, question = 0 } = asked[1] ?? {}
    expect(WINDOW - question - answer).toBeLessThan(20)
  })

  test.each([
    ['supports at most 2000 completion tokens, whereas you provided 4096.'],
    ['`max_tokens` must be less than or equal to `2000`, the maximum value for `max_tokens`'],
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 2000]'],
    ['max_tokens: 4096 > 2000, which is the maximum allowed number of output tokens'],
  ])('is asked for no longer answers than the model gives: %s', async (words) => {
    const limits: number[] = []
    const answer = ({ response, body }: Exchange) => {
      limits.push(body.max_tokens)
      if (body.max_tokens > 2_000) writeJson(response, bad(words))
      else if (limits.length === 2) {
        const call = { index: 0, id: 'a', function: { name: 'tasks_list', arguments: '{}' } }
        writeChunks(response, [chunkOf({ tool_calls: [call] }, 'tool_calls')])
        response.end()
      } else {
        writeChunks(response, [chunkOf({ content: 'Done.' }, 'stop')])
        response.end()
      }
      return undefined
    }
    world.provider.say(answer, answer, answer)
    expect(await ended()).toMatchObject({ state: 'succeeded' })
    expect(limits).toEqual([4_096, 2_000, 2_000])
  })
})

test('a conversation that grows out of a small window goes on from a summary, without another refusal for the window', async () => {
  const [, refuse = () => bad('')] = WORDINGS[0] ?? []
  const create = (n: number) => ({
    tool_calls: [
      {
        index: 0,
        id: `c${n}`,
        function: {
          name: 'tasks_create',
          arguments: JSON.stringify({ tasks: [{ title: `part ${n}`, notes: 'word '.repeat(700) }] }),
        },
      },
    ],
  })
  const asked = openWindow({
    window: WINDOW,
    refuse,
    say: (n) => (n < 9 ? create(n) : { content: 'All parts are there.' }),
  })
  const run = await ended({ goal: 'Make nine parts' })
  expect(run).toMatchObject({ state: 'succeeded' })
  const steps = await world.steps(run.id)
  expect(steps.filter(({ kind }) => kind === 'summary').length).toBeGreaterThan(0)
  expect(asked.filter(({ fits }) => !fits).length).toBeLessThanOrEqual(2)
})

test('a goal that is too long by itself ends the run, and the server’s words say why', async () => {
  const [, refuse = () => bad('')] = WORDINGS[0] ?? []
  const asked = openWindow({ window: WINDOW, refuse })
  const run = await ended({ goal: 'x'.repeat(45_000) })
  expect(run).toMatchObject({ state: 'failed', reason: 'context_full' })
  expect(run.detail).toContain("“This model's maximum context length is 8192 tokens.")
  expect(asked).toHaveLength(1)
})
