/** What the crash harness would find: each fault is found, and a run without any is let pass. */
import { expect, test } from 'vitest'
import { answerTo } from '../servers/model-answer.ts'
import { createStatementFinder } from '../servers/postgres-frames.ts'
import { answerFor, checkDays, checkEffects } from './check-effects.ts'
import { checkRun, type RunRecord } from './check-run.ts'
import { goalOf, type Plan, readPlan } from './plan.ts'
import { createRandom } from './random.ts'

const GOOD: RunRecord = {
  run: {
    id: 'run_1',
    state: 'succeeded',
    reason: 'finished',
    lastEvent: 4,
    capTokens: 100,
    spentTokens: 10,
    treeSpentTokens: 10,
    treeReservedTokens: 0,
    treeReservedUsdMicros: 0,
  },
  events: [
    { position: 1, type: 'run.created', stepId: undefined, state: undefined },
    { position: 2, type: 'step.started', stepId: 'step_1', state: 'done' },
    { position: 3, type: 'step.finished', stepId: 'step_1', state: 'done' },
    { position: 4, type: 'run.succeeded', stepId: undefined, state: undefined },
  ],
  steps: [{ id: 'step_1', number: 1, kind: 'model', state: 'done', tokens: 10, reservedTokens: 0 }],
}

function kindsOf(record: Partial<{ [Part in keyof RunRecord]: object }>): string[] {
  return checkRun({ ...GOOD, ...record } as RunRecord, ['succeeded']).map(({ kind }) => kind)
}

test('a run that has all it should have no fault', () => {
  expect(kindsOf({})).toEqual([])
})

test.each([
  ['state', { run: { ...GOOD.run, state: 'running' } }],
  ['state', { steps: [{ ...GOOD.steps[0], state: 'planned' }] }],
  ['events', { events: GOOD.events.filter(({ position }) => position !== 2) }],
  ['events', { events: [...GOOD.events, GOOD.events[3]] }],
  ['events', { events: GOOD.events.map((event) => ({ ...event, stepId: undefined, state: undefined })) }],
  ['budget', { run: { ...GOOD.run, treeReservedTokens: 1 } }],
  ['budget', { run: { ...GOOD.run, treeSpentTokens: 101 } }],
  ['budget', { run: { ...GOOD.run, spentTokens: 20 } }],
  ['budget', { steps: [{ ...GOOD.steps[0], reservedTokens: 5 }] }],
])('a fault of %s is found', (kind, change) => {
  expect(kindsOf(change)).toContain(kind)
})

const PLAN: Plan = {
  id: 'p',
  rounds: [
    [{ kind: 'count', label: 'p-count-1' }],
    [
      { kind: 'task', label: 'p-task-2' },
      { kind: 'fire', label: 'p-fire-3' },
    ],
    [{ kind: 'ask', label: 'p-ask-4' }],
  ],
}

test('an effect that happened twice, or never, is found; a key that came again is no second effect', () => {
  const count = { kind: 'count', label: 'p-count-1', key: 'one' }
  const fire = { kind: 'fire', label: 'p-fire-3', key: '' }
  const titles = ['p-task-2']
  const answers = [{ question: 'p-ask-4', answer: answerFor('p-ask-4') }]
  expect(checkEffects(PLAN, { calls: [count, count, fire], titles, answers })).toEqual([])
  const twice = {
    calls: [count, { ...count, key: 'two' }, fire, fire],
    titles: [...titles, ...titles],
    answers: [...answers, ...answers],
  }
  expect(checkEffects(PLAN, twice).map(({ kind }) => kind)).toEqual(new Array(4).fill('doubled'))
  const none = { calls: [], titles: [], answers: [{ question: 'p-ask-4', answer: answerFor('p-ask-5') }] }
  expect(checkEffects(PLAN, none).map(({ kind }) => kind)).toEqual(new Array(4).fill('lost'))
  expect(checkEffects(PLAN, none, 'some')).toEqual([])
})

test('a reservation that stays, a cap that is passed and a sum that is not right are found', () => {
  const day = { agentSlug: '', reservedTokens: 0, reservedUsdMicros: 0, spentTokens: 10, capTokens: 10 }
  expect(checkDays([day], 10)).toEqual([])
  expect(checkDays([{ ...day, reservedUsdMicros: 1 }], 10)).toHaveLength(1)
  expect(checkDays([{ ...day, capTokens: 9 }], 10)).toHaveLength(1)
  expect(checkDays([day], 11)).toHaveLength(1)
})

test('the stand-in asks for what is left of the plan, and again for what failed', () => {
  const goal = { role: 'user', content: `Your goal:\n${goalOf(PLAN)}\n\nGo on.` }
  const labelsOf = (messages: Parameters<typeof answerTo>[0]['messages']) =>
    answerTo({ messages }).map((block) => (block.type === 'text' ? 'text' : block.name))
  expect(labelsOf([goal])).toEqual(['text', 'effects_count'])
  const asked = { role: 'assistant', content: answerTo({ messages: [goal] }) as never }
  const result = (isError: boolean) => ({
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 'toolu_p_count_1_0', is_error: isError }],
  })
  expect(labelsOf([goal, asked, result(true)])).toEqual(['text', 'effects_count'])
  expect(labelsOf([goal, asked, result(false)])).toEqual(['text', 'tasks_create', 'effects_fire'])
})

test('a goal is found in the text around it', () => {
  expect(readPlan(`# Goal\n${goalOf(PLAN)}\nand more }`)).toEqual(PLAN)
  expect(readPlan('nothing')).toBeUndefined()
})

function message(type: string, ...texts: string[]): Buffer {
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''))
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

test('a commit is found however it is sent and cut up, and all bytes come through', () => {
  const start = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0])
  const sent = Buffer.concat([
    start,
    message('Q', 'begin'),
    message('P', 's1', 'commit'),
    message('B', '', 's1'),
    message('P', 's2', 'select 1'),
    message('B', '', 's2'),
    message('Q', 'COMMIT'),
  ])
  for (const size of [1, 3, sent.length]) {
    const finder = createStatementFinder()
    const pieces = []
    for (let at = 0; at < sent.length; at += size) pieces.push(...finder.push(sent.subarray(at, at + size)))
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(sent)
    const found = pieces.map(({ mark }) => mark ?? '')
    expect(found).toEqual(['', '', '', 'commit', '', '', 'commit'])
  }
})

test('a seed gives the same numbers again, and each of its cases others', () => {
  const draw = (seed: number, stream: number) =>
    createRandom(seed, stream).shuffle([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(draw(7, 1)).toEqual(draw(7, 1))
  expect(draw(7, 1)).not.toEqual(draw(7, 2))
  expect(draw(7, 1).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})
