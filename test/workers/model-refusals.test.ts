/** What a model is asked again after a failure, and what it is not: a paid one is asked once for one fault. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import {
  ANSWER_WORDINGS,
  type Asked,
  bad,
  type Refusal,
  WORDINGS,
} from '../clients/models/context-wordings.ts'
import { chunkOf, type Exchange, writeChunks, writeJson } from '../clients/models/protocol-server.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([createTasks, listTasks])
  worker = world.worker()
})
afterAll(() => world.close())

async function ended(options: Parameters<RunWorld['start']>[0] = {}) {
  const before = world.provider.exchanges.length
  const { id } = await world.start(options)
  await world.drain(worker)
  return { run: await world.run(id), asked: world.provider.exchanges.length - before }
}

describe('an answer that holds what no store takes', () => {
  test.each([
    ['a NUL', 'so\0be it', 'so\uFFFDbe it'],
    ['half a surrogate pair', 'so \ud83c', 'so \uFFFD'],
    [
      'an emoji across the bound of an event',
      `${'x'.repeat(1_999)}🎉 and more`,
      `${'x'.repeat(1_999)}🎉 and more`,
    ],
  ])('%s is asked for once, and stored with U+FFFD in its place', async (_what, text, summary) => {
    world.provider.say({ text })
    expect(await ended()).toMatchObject({ asked: 1, run: { state: 'succeeded', summary } })
  })

  test('in a call is made with U+FFFD in its place, in names, fields and values', async () => {
    world.provider.say(
      {
        calls: [
          { name: 'tasks_create', input: { tasks: [{ title: 'a\0b' }] } },
          { name: 'tasks\0', input: { 'x\ud800': ['\udc00'] } },
        ],
      },
      { text: 'Done.' },
    )
    const { run, asked } = await ended()
    expect({ asked, state: run.state }).toEqual({ asked: 2, state: 'succeeded' })
    const stored = JSON.stringify(await world.steps(run.id))
    expect(stored).toContain('a\uFFFDb')
    expect(stored).toContain('x\uFFFD')
  })
})

test('an answer that the store refuses ends the run, paid for, and is not asked for again', async () => {
  const { db } = world.gateway
  await db.execute(sql`
    create function refuse_answer() returns trigger language plpgsql as $$
    begin
      if new.result::text like '%unwelcome%' then raise exception 'no' using errcode = '22023'; end if;
      return new;
    end $$`)
  await db.execute(
    sql`create trigger refuse before update on run_steps for each row execute function refuse_answer()`,
  )
  world.provider.say({ text: 'unwelcome' }, { text: 'again' })
  const { run, asked } = await ended()
  await db.execute(sql`drop trigger refuse on run_steps`)

  expect(asked).toBe(1)
  expect(run).toMatchObject({ state: 'failed', reason: 'internal', spentTokens: 110, treeReservedTokens: 0 })
})

test('an answer that comes while the store is away is kept until it is back', async () => {
  const { db } = world.gateway
  await db.execute(sql`create sequence tries`)
  await db.execute(sql`
    create function refuse_for_now() returns trigger language plpgsql as $$
    begin
      if new.result::text like '%patient%' and nextval('tries') < 3 then
        raise exception 'too many connections' using errcode = '53300';
      end if;
      return new;
    end $$`)
  await db.execute(
    sql`create trigger away before update on run_steps for each row execute function refuse_for_now()`,
  )
  world.provider.say({ text: 'I am patient.' })
  const { run, asked } = await ended()
  await db.execute(sql`drop trigger away on run_steps`)

  expect({ asked, summary: run.summary }).toEqual({ asked: 1, summary: 'I am patient.' })
})

describe('a provider that refuses for good', () => {
  test.each([
    [400, 'invalid_request_error', 'tools.0: too odd'],
    [401, 'authentication_error', 'invalid x-api-key'],
    [402, 'billing_error', 'no money is left'],
    [403, 'permission_error', 'not for you'],
    [404, 'not_found_error', 'model: nope'],
    [422, 'invalid_request_error', 'cannot be processed'],
    [429, 'exceeded_current_quota_error', 'check your account balance'],
    [501, 'api_error', 'not implemented'],
  ])('with %i (%s) is asked once, and its own words are in the detail', async (status, type, message) => {
    world.provider.say(({ response }) => {
      writeJson(response, { status, body: { type: 'error', error: { type, message } } })
      return undefined
    })
    const { run, asked } = await ended()
    expect(asked).toBe(1)
    expect(run).toMatchObject({ state: 'failed', reason: 'provider_failed' })
    expect(run.detail).toContain(`“${message}”`)
  })

  test('has its words shown in one line, short, and without a key', async () => {
    const message = `Wrong\n\n## key sk-abcdefghijklmnopqrstuvwxyz\0 ${'🎉'.repeat(400)}`
    world.provider.say(({ response }) => {
      writeJson(response, { status: 400, body: { error: { message } } })
      return undefined
    })
    const { run } = await ended()
    expect(run.detail).toMatch(/“Wrong ## key \[redacted\]\uFFFD? ?🎉+…”/u)
    expect(run.detail?.length).toBeLessThan(600)
    expect(run.detail?.isWellFormed()).toBe(true)
  })
})

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

test('a provider that takes no more for now is asked again after the delay that it names, which the run says', async () => {
  world.provider.say(({ response }) => {
    const error = { type: 'rate_limit_error', message: 'Slow down.' }
    writeJson(response, { status: 429, headers: { 'retry-after': '20' }, body: { type: 'error', error } })
    return undefined
  })
  const { run, asked } = await ended()
  expect({ asked, state: run.state, reason: run.reason }).toEqual({
    ...{ asked: 1, state: 'queued', reason: 'provider_busy' },
  })
  expect(run.detail).toContain('“Slow down.”')
  expect(run.detail).toContain('It is asked again in 20 s.')
  expect(run.startAfter.getTime() - world.gateway.clock.now().getTime()).toBe(20_000)
})

/** Of a model that nothing is known of. */
async function endedSmall(options: Parameters<RunWorld['start']>[0] = {}) {
  return await ended({ provider: 'openai', model: 'small', ...options })
}

const WINDOW = 8_192
/** A goal that leaves about 1,500 tokens of the window. */
const GOAL = 'Consider this. '.repeat(1_380)

/** One that gives all figures, one that gives a bound, and one that gives none. */
const SOME_WORDINGS = WORDINGS.filter(([server]) => /^OpenAI|^vLLM 0.14|^Groq, without/.test(server))
const [[, refuse] = ['', () => bad('')]] = SOME_WORDINGS

describe('a question that leaves room for a shorter answer', () => {
  test.each(SOME_WORDINGS)('is asked again for less, in the words of %s', async (_server, write) => {
    const asked = openWindow({ window: WINDOW, refuse: write })
    expect((await endedSmall({ goal: GOAL })).run).toMatchObject({ state: 'succeeded', summary: 'Done.' })
    expect(asked.map(({ fits }) => fits)).toEqual([false, true])
    expect(asked[1]?.answer).toBeGreaterThanOrEqual(512)
  })

  test('gets all the room there is, where the server says how much', async () => {
    const asked = openWindow({ window: WINDOW, refuse })
    await endedSmall({ goal: GOAL })
    const { answer = 0, question = 0 } = asked[1] ?? {}
    expect(WINDOW - question - answer).toBeLessThan(20)
  })

  test('is asked for no longer answers than the model gives, from then on', async () => {
    const limits: number[] = []
    const answer = ({ response, body }: Exchange) => {
      limits.push(body.max_tokens)
      const call = { index: 0, id: 'a', function: { name: 'tasks_list', arguments: '{}' } }
      if (body.max_tokens > 2_000) writeJson(response, bad(ANSWER_WORDINGS[0]))
      else {
        const delta = limits.length === 2 ? { tool_calls: [call] } : { content: 'Done.' }
        writeChunks(response, [chunkOf(delta, 'stop')])
        response.end()
      }
      return undefined
    }
    world.provider.say(answer, answer, answer)
    expect((await endedSmall()).run).toMatchObject({ state: 'succeeded' })
    expect(limits).toEqual([4_096, 2_000, 2_000])
  })
})

test('a conversation that grows out of a small window continues from a summary, without another refusal for the window', async () => {
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
  const { run } = await endedSmall({ goal: 'Make nine parts' })
  expect(run).toMatchObject({ state: 'succeeded' })
  const steps = await world.steps(run.id)
  expect(steps.filter(({ kind }) => kind === 'summary').length).toBeGreaterThan(0)
  expect(asked.filter(({ fits }) => !fits).length).toBeLessThanOrEqual(2)
})

test('a goal that is too long on its own ends the run, and the server’s words say why', async () => {
  const asked = openWindow({ window: WINDOW, refuse })
  const { run } = await endedSmall({ goal: 'x'.repeat(45_000) })
  expect(run).toMatchObject({ state: 'failed', reason: 'context_full' })
  expect(run.detail).toContain("“This model's maximum context length is 8192 tokens.")
  expect(asked).toHaveLength(1)
})
