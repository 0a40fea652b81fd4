/** What every model server sends, replayed through whole runs: see `test/clients/models/dialects`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tasks } from '../../src/domain/tasks/tables.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { DIALECTS } from '../clients/models/dialects/all.ts'
import { createReplay } from '../clients/models/dialects/replay.ts'
import {
  ANSWER,
  CALLED,
  type Dialect,
  type QuestionMessage,
  type Recording,
  THOUGHT,
} from '../clients/models/dialects/wire.ts'
import { cases } from '../support/form.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

/** Answers of one run, in their order. */
const IN_ORDER = ['thinking', 'two calls', 'call', 'error', 'plain'] as const
/** What each has done. */
const TITLES: Readonly<Record<string, readonly string[]>> = {
  thinking: [CALLED.title],
  'two calls': ['eins', 'zwei'],
  call: [CALLED.title],
}

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([createTasks])
  worker = world.worker()
})
afterAll(() => world.close())

async function replayed(dialect: Dialect, recordings: readonly Recording[], seed: number) {
  const replay = createReplay(dialect, recordings, seed)
  world.provider.say(...Array.from({ length: 12 }, () => replay.answer))
  const shownBefore = worker.shown.length
  const before = new Set((await world.gateway.db.select().from(tasks)).map(({ id }) => id))
  const { provider, model } = dialect
  const { id } = await world.start({ provider, model })
  await world.drain(worker)
  const made = await world.gateway.db.select().from(tasks)
  return {
    ...replay,
    run: await world.run(id),
    modelSteps: (await world.steps(id)).filter(({ kind }) => kind === 'model'),
    shown: worker.shown
      .slice(shownBefore)
      .map(({ text }) => text)
      .join(''),
    made: made.flatMap(({ id, title }) => (before.has(id) ? [] : title)).toSorted(),
  }
}

function checkUsage({ usage }: Recording, step: { readonly usage: unknown } | undefined): void {
  expect(step?.usage).toMatchObject(usage ?? { estimated: true })
  if (usage !== undefined) expect(step?.usage).not.toHaveProperty('estimated')
}

/** The answer goes back as it came, and each result under the id of its call. */
function checkBack(dialect: Dialect, { says, back }: Recording, said: Sent | undefined): void {
  if (back !== undefined) expect(said?.message).toMatchObject(back)
  const calls =
    dialect.provider === 'anthropic' ? blockIds(said) : said?.message.tool_calls?.map(({ id }) => id)
  expect(said?.results).toEqual(calls)
  expect(new Set(calls).size).toBe(TITLES[says]?.length)
  expect(calls?.every(Boolean)).toBe(true)
}

interface Sent {
  readonly message: QuestionMessage
  /** Ids under which the results that follow go back. */
  readonly results: readonly unknown[]
}

/** The model's messages as they were sent back last. */
function sentBack(messages: readonly QuestionMessage[]): Sent[] {
  return messages.flatMap((message, index) => {
    if (message.role !== 'assistant') return []
    const next = messages.findIndex(({ role }, at) => at > index && role === 'assistant')
    const after = messages.slice(index + 1, next < 0 ? undefined : next)
    const blocks = after.flatMap(({ content }) => (Array.isArray(content) ? content : []))
    const ids = after.map(({ tool_call_id }) => tool_call_id)
    return [{ message, results: [...ids, ...blocks.map((block) => block.tool_use_id)].filter(Boolean) }]
  })
}

function blockIds(said: Sent | undefined): unknown[] | undefined {
  const content = said?.message.content as
    | readonly { readonly type: string; readonly id: string }[]
    | undefined
  return content?.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
}

describe.each(DIALECTS)('$name', (dialect) => {
  const recordings = IN_ORDER.map((wanted) => {
    const found = dialect.recordings.find(({ says }) => says === wanted)
    if (found === undefined) throw new Error(`${dialect.name} never says: ${wanted}`)
    return found
  })

  test('is understood when it thinks, calls, fails in mid-answer and answers', async () => {
    for (let seed = 1; seed <= cases(1, 8); seed += 1) {
      const { run, modelSteps, questions, shown, made } = await replayed(dialect, recordings, seed)

      expect(run).toMatchObject({ state: 'succeeded', summary: ANSWER.join('') })
      expect(`${shown} ${run.summary}`).not.toContain(THOUGHT[0])
      expect(made).toEqual(Object.values(TITLES).flat().toSorted())
      expect(modelSteps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'failed', 'done'])
      const sent = sentBack(questions.at(-1)?.body.messages)
      for (const [index, recording] of recordings.entries()) {
        const { says, words } = recording
        if (says !== 'error') checkUsage(recording, modelSteps[index])
        if (TITLES[says]) checkBack(dialect, recording, sent[index])
        if (words !== undefined)
          expect(modelSteps[index]?.result).toMatchObject({ problem: expect.stringContaining(words) })
      }
    }
  })

  test.each(dialect.recordings.filter(({ says }) => says === 'refusal'))(
    'is understood when it refuses: $ends',
    async (refusal) => {
      const { run, questions, made } = await replayed(dialect, [refusal], 1)
      expect(run).toMatchObject({ state: 'failed', reason: refusal.ends, summary: null })
      expect({ asked: questions.length, made }).toEqual({ asked: 1, made: [] })
      if (refusal.words !== undefined) expect(run.detail).toContain(refusal.words)
    },
  )
})
