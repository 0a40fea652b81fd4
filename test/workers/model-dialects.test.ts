/** What every model server sends, replayed through whole runs: see `test/clients/models/dialects`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tasks } from '../../src/domain/tasks/tables.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { DIALECTS } from '../clients/models/dialects/all.ts'
import { createReplay } from '../clients/models/dialects/replay.ts'
import { ANSWER, CALLED, type Dialect, type Recording, THOUGHT } from '../clients/models/dialects/wire.ts'
import { cases } from '../support/form.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

const TITLES: Partial<Record<Recording['says'], readonly string[]>> = {
  call: [CALLED.title],
  thinking: [CALLED.title],
  'two calls': ['eins', 'zwei'],
}

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([createTasks])
  worker = world.worker()
})
afterAll(() => world.close())

async function replayed(dialect: Dialect, recording: Recording, seed: number) {
  const plain = dialect.recordings.find(({ says }) => says === 'plain')
  if (plain === undefined) throw new Error(`${dialect.name} has no plain answer`)
  const replay = createReplay(dialect, [recording, plain], seed)
  world.provider.say(...Array.from({ length: 8 }, () => replay.answer))
  const shownBefore = worker.shown.length
  const { provider, model } = dialect
  const { id } = await world.start({ provider, model, goal: `Do it ${seed}` })
  await world.drain(worker)
  return {
    run: await world.run(id),
    steps: await world.steps(id),
    ...replay,
    shown: worker.shown
      .slice(shownBefore)
      .map(({ text }) => text)
      .join(''),
  }
}
type Replayed = Awaited<ReturnType<typeof replayed>>

function checkEnd({ ends }: Recording, { run, questions, shown }: Replayed): void {
  const isAnswered = ends === undefined || ends === 'again'
  expect(run).toMatchObject(
    isAnswered
      ? { state: 'succeeded', summary: ANSWER.join('') }
      : { state: 'failed', reason: ends, summary: null },
  )
  if (!isAnswered) expect(questions).toHaveLength(1)
  expect(`${shown} ${run.summary}`).not.toContain(THOUGHT[0])
}

function checkUsage({ usage, says, ends }: Recording, { steps }: Replayed): void {
  const [step] = steps
  if (usage !== undefined) {
    expect(step?.usage).toMatchObject(usage)
    expect(step?.usage).not.toHaveProperty('estimated')
  } else if (ends === undefined || says === 'error') {
    if (step?.usage) expect(step.usage).toMatchObject({ estimated: true })
  }
}

/** The second question brings the answer back as it came, and each result under the id of its call. */
function checkBack(dialect: Dialect, { says, back }: Recording, { questions }: Replayed): void {
  const titles = TITLES[says]
  if (titles === undefined) return
  const messages: readonly Record<string, unknown>[] = questions[1]?.body.messages
  const said = messages.find(({ role }) => role === 'assistant') ?? {}
  if (back !== undefined) expect(said).toMatchObject(back)
  const [calls, results] =
    dialect.provider === 'anthropic'
      ? [blocksOf([said], 'tool_use', 'id'), blocksOf(messages, 'tool_result', 'tool_use_id')]
      : [
          (said.tool_calls as { id: string }[]).map(({ id }) => id),
          messages.filter(({ role }) => role === 'tool').map(({ tool_call_id }) => tool_call_id),
        ]
  expect(results).toEqual(calls)
  expect(new Set(calls).size).toBe(titles.length)
  expect(calls.every(Boolean)).toBe(true)
}

function blocksOf(messages: readonly unknown[], type: string, field: string): unknown[] {
  return (messages as { content: Record<string, unknown>[] }[])
    .flatMap(({ content }) => content)
    .filter((block) => block.type === type)
    .map((block) => block[field])
}

describe.each(DIALECTS)('$name', (dialect) => {
  test.each(dialect.recordings)('is understood when it says: $says ($ends)', async (recording) => {
    for (let seed = 1; seed <= cases(1, 20); seed += 1) {
      const before = new Set((await world.gateway.db.select().from(tasks)).map(({ id }) => id))
      const result = await replayed(dialect, recording, seed)
      const made = (await world.gateway.db.select().from(tasks)).filter(({ id }) => !before.has(id))

      checkEnd(recording, result)
      checkUsage(recording, result)
      checkBack(dialect, recording, result)
      expect(made.map(({ title }) => title).toSorted()).toEqual(TITLES[recording.says] ?? [])
      if (recording.words !== undefined) {
        expect(JSON.stringify([result.run.detail, result.steps[0]?.result])).toContain(
          JSON.stringify(recording.words).slice(1, -1),
        )
      }
    }
  })
})
