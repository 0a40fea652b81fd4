/** Any sequence of what happens to a tree of runs keeps what must always hold. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import type { Hold } from '../../../src/domain/runs/hold/hold-run.ts'
import { branchOf } from '../../../src/domain/runs/hold/run-tree.ts'
import { lockRun, wakeRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { cancelTree } from '../../../src/domain/runs/moves/end-run.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { hasEnded, mayFollow, type RunState } from '../../../src/domain/runs/states.ts'
import { settleLost } from '../../../src/domain/runs/steps/model-steps.ts'
import type { StepRow } from '../../../src/domain/runs/steps/steps.ts'
import { finishToolStep } from '../../../src/domain/runs/steps/tool-steps.ts'
import { runEvents, runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { createRunDesk, holdOf, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'
import { readLogBytes } from './log-bytes.ts'

let gateway: TestGateway
let desk: RunDesk

beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL })
  desk = createRunDesk(gateway)
})
afterAll(() => gateway.close())

const SEQUENCES = cases(4, 40)
const ACTS_MAX = 18
const WORST = { usdMicros: 100, tokens: 100 }
const OUTCOME = { state: 'done', result: { text: 'ok', isError: false } } as const

const ACTS = [
  'claim',
  'lose',
  'ask',
  'answer',
  'tool',
  'delegate',
  'wait',
  'wake',
  'end',
  'fail',
  'cancel',
] as const
type Act = (typeof ACTS)[number]

/** Does it as whoever holds the run by now would: `run` is read just before. */
async function act(name: Act, run: RunRow): Promise<unknown> {
  const hold: Hold = holdOf(run)
  switch (name) {
    case 'claim':
      return await desk.claim(run.id)
    case 'lose': {
      if (run.state !== 'running') return undefined
      const next = holdOf(await desk.takeOver(run.id))
      return await desk.write((writes) => settleLost(writes, next))
    }
    case 'ask':
      return await desk.ask(hold, WORST)
    case 'answer':
      return await answerOne(hold)
    case 'tool':
      return await finishOne(hold)
    case 'delegate':
      return run.depth < 2 ? await desk.delegate(hold) : undefined
    case 'wait':
      return await desk.release(hold, { reason: 'children' })
    case 'wake':
      return await desk.write(async (writes) => wakeRun(writes, await lockRun(writes.db, run.id), 'resumed'))
    case 'end':
      return await desk.finish(hold)
    case 'fail':
      return await desk.finish(hold, 'failed')
    case 'cancel':
      return await desk.write((writes) => cancelTree(writes, run, 'local'))
  }
}

async function stepIn(
  hold: Hold,
  kind: StepRow['kind'],
  state: StepRow['state'],
): Promise<StepRow | undefined> {
  return (await desk.steps(hold.runId)).find((step) => step.kind === kind && step.state === state)
}

async function answerOne(hold: Hold): Promise<unknown> {
  const step = await stepIn(hold, 'model', 'started')
  return step && (await desk.answer(hold, step.id, { spent: { usdMicros: 30, tokens: 20 }, tools: ['list'] }))
}

async function finishOne(hold: Hold): Promise<unknown> {
  const step = await stepIn(hold, 'tool', 'planned')
  return step && (await desk.write((writes) => finishToolStep(writes, hold, { stepId: step.id, ...OUTCOME })))
}

interface Tree {
  readonly rows: readonly RunRow[]
  readonly steps: readonly StepRow[]
}

async function readTree(rootId: string): Promise<Tree> {
  const rows = await gateway.db
    .select()
    .from(runs)
    .where(eq(runs.rootId, rootId))
    .orderBy(runs.depth, runs.id)
  const ids = rows.map(({ id }) => id)
  return { rows, steps: await gateway.db.select().from(runSteps).where(inArray(runSteps.runId, ids)) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

function assertBudgets({ rows, steps }: Tree): void {
  for (const run of rows) {
    const branch = new Set(branchOf(rows, run.id).map(({ id }) => id))
    const below = steps.filter(({ runId }) => branch.has(runId))
    const open = below.filter(({ kind, state }) => kind === 'model' && state === 'started')
    expect(run.treeReservedUsdMicros).toBe(sum(open.map((step) => step.reservedUsdMicros)))
    expect(run.treeReservedTokens).toBe(sum(open.map((step) => step.reservedTokens)))
    expect(sum(below.map((step) => step.reservedTokens))).toBe(run.treeReservedTokens)
    expect(run.treeSpentUsdMicros).toBe(sum(below.map((step) => step.costUsdMicros ?? 0)))
    expect(run.treeSpentTokens).toBe(sum(below.map(({ tokens }) => tokens)))
  }
  for (const run of rows) {
    const own = steps.filter(({ runId }) => runId === run.id)
    expect(run.spentTokens).toBe(sum(own.map(({ tokens }) => tokens)))
    expect(own.map(({ number }) => number).sort((a, b) => a - b)).toEqual(own.map((_, index) => index + 1))
    if (hasEnded(run.state)) expect(own.filter((step) => step.reservedTokens > 0)).toEqual([])
  }
}

function assertStates(before: Tree, { rows }: Tree): void {
  const byId = new Map(rows.map((run) => [run.id, run]))
  for (const run of rows) {
    const parent = run.parentId === null ? undefined : byId.get(run.parentId)
    const isWithout = parent !== undefined && hasEnded(parent.state)
    if (isWithout && parent.state === 'cancelled') expect(hasEnded(run.state)).toBe(true)
    if (isWithout && !hasEnded(run.state)) expect(run.cancelAskedAt).not.toBeNull()
    if (run.state !== 'running') expect(run).toMatchObject({ worker: null, leaseUntil: null })
  }
  for (const { id, state, lastEvent, fence } of before.rows.filter((run) => hasEnded(run.state))) {
    expect(byId.get(id)).toMatchObject({ state, lastEvent, fence })
  }
}

async function assertEvents(run: RunRow): Promise<void> {
  const events = await gateway.db
    .select()
    .from(runEvents)
    .where(and(eq(runEvents.runId, run.id)))
    .orderBy(runEvents.position)
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1))
  expect(events).toHaveLength(run.lastEvent)
  const states = events.flatMap(({ type, data }) =>
    type.startsWith('run.') && typeof data === 'object' && data !== null && 'state' in data
      ? [data.state as RunState]
      : [],
  )
  const walk: RunState[] = ['queued', ...states]
  for (const [index, state] of walk.slice(1).entries()) {
    const from = walk[index] ?? 'queued'
    // Only a worker that takes over a lost run says again that it is running.
    expect(from === state ? state === 'running' : mayFollow(from, state), `${from} to ${state}`).toBe(true)
  }
  expect(walk.at(-1)).toBe(run.state)
}

async function assertBytes(rootId: string): Promise<void> {
  for (const { counted, stored, kept, ended } of await readLogBytes(gateway.db, rootId)) {
    expect(counted).toBe(stored)
    expect(kept).toBe(ended ? counted : null)
  }
}

async function play(acts: readonly (readonly [Act, number])[]): Promise<void> {
  const root = await desk.start()
  let before = await readTree(root.id)
  for (const [name, index] of acts) {
    const run = before.rows[index % before.rows.length]
    if (run === undefined) continue
    try {
      await act(name, run)
    } catch (error) {
      // What a run in another state refuses.
      if (!(error instanceof AppError)) throw error
    }
    const after = await readTree(root.id)
    assertBudgets(after)
    assertStates(before, after)
    await assertBytes(root.id)
    before = after
  }
  for (const run of before.rows) await assertEvents(run)
  const [spent] = await gateway.db.execute(
    sql`select coalesce(sum(reserved_tokens), 0)::int as reserved from ${runSteps} where run_id = ${root.id} and state <> 'started'`,
  )
  expect(spent?.reserved).toBe(0)
}

it('keeps events without a gap, sums and bytes right, ended runs as they were, and nothing alive below what was cancelled', async () => {
  const some = fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ACTS.slice(0, 7)) },
      { weight: 2, arbitrary: fc.constantFrom(...ACTS.slice(7)) },
    ),
    fc.nat(5),
  )
  const sequences = fc.array(some, { minLength: ACTS_MAX / 2, maxLength: ACTS_MAX })
  const START: (readonly [Act, number])[] = [
    ['claim', 0],
    ['delegate', 0],
    ['claim', 1],
  ]
  await fc.assert(
    fc.asyncProperty(sequences, (acts) => play([...START, ...acts])),
    { numRuns: SEQUENCES },
  )
})
