/** The crash harness in short: a few faults at the spots that matter most, with real processes. */

import { expect, onTestFinished, test } from 'vitest'
import { openEmbeddedStore } from '../../src/domain/db/embedded/open-embedded.ts'
import { cases, isLong } from '../support/form.ts'
import { runFlow } from './flows/run-flow.ts'
import { runCase } from './harness/case.ts'
import { prepareAgent } from './harness/case-runs.ts'
import { checkDays, checkEffects } from './harness/check-effects.ts'
import { checkRun, type Fault } from './harness/check-run.ts'
import { createHarm } from './harness/harm.ts'
import { goalOf, makePlan, PLAIN_SHAPES, type Plan } from './harness/plan.ts'
import { createRandom } from './harness/random.ts'
import { findRuns, readEffects, readRecord, readSpending } from './harness/records.ts'
import { type EmbeddedWorld, openEmbeddedWorld, openServerWorld } from './harness/world.ts'
import type { Injection } from './servers/fault-kinds.ts'
import { waitFor } from './servers/pause.ts'

const SERVER_URL = process.env.DATABASE_URL

const SEED = 1
/** Milliseconds, a ceiling: processes start and leases run out, on a machine that may be busy. */
const TIMEOUT_MS = 300_000

const EMBEDDED: readonly Injection[] = [
  { harm: 'kill', target: 'worker', spot: 'model.midway', passer: 'worker' },
  { harm: 'cut', target: 'tool', spot: 'effect.counted', passer: 'worker' },
  // The flow below does the same to a report.
  { harm: 'kill', target: 'worker', spot: 'effect.counted', passer: 'worker' },
]

const SERVER: readonly Injection[] = [
  { harm: 'kill', target: 'worker', spot: 'effect.counted', passer: 'worker' },
  { harm: 'freeze', target: 'worker', spot: 'model.midway', passer: 'worker' },
  { harm: 'cut', target: 'postgres', spot: 'commit.done', passer: 'worker' },
]

/** A report is handled whose worker was lost, and a schedule fires of which a frozen worker holds the row. */
const EMBEDDED_FLOW = {
  flow: 'inbox',
  injection: { harm: 'kill', target: 'worker', spot: 'effect.counted', passer: 'worker' },
} as const
const SERVER_FLOW = {
  flow: 'clock',
  injection: { harm: 'freeze', target: 'worker', spot: 'commit.before', passer: 'worker' },
} as const
const GOOD = { isSprung: true, faults: [], troubles: [] }

test.skipIf(SERVER_URL)(
  'a process that is killed at its work on an embedded store does all of it, once',
  { timeout: TIMEOUT_MS },
  async () => {
    const world = await openEmbeddedWorld()
    onTestFinished(() => world.close())
    await prepareAgent(world)
    const plans: Plan[] = []
    for (const [index, injection] of EMBEDDED.slice(0, cases(1, 3)).entries()) {
      const plan = makePlan(createRandom(SEED, index), `e${index}`, PLAIN_SHAPES)
      plans.push(plan)
      expect(await crash(world, injection, plan)).toEqual({ state: 'succeeded', isSprung: true })
    }
    if (isLong) {
      const flow = { ...EMBEDDED_FLOW, id: 'ef', random: createRandom(SEED) }
      expect(await runFlow(world, flow)).toMatchObject(GOOD)
    }
    for (const { process } of world.inhabitants.values()) await process.stop()
    expect(await checkStore(world, plans)).toEqual([])
  },
)

const BOUND_MS = 90_000

async function crash(world: EmbeddedWorld, injection: Injection, plan: Plan) {
  const { client, trap } = world
  const harm = createHarm(injection, { world, isOver: async () => true })
  trap.arm({ spot: injection.spot, process: injection.passer, nth: 1 }, harm.spring)
  const start = { agent: 'crash', goal: goalOf(plan) }
  const { run } = (await client.callUntilDone('runs.start', start, plan.id)) as { run: { id: string } }
  let state = ''
  await waitFor(BOUND_MS, async () => {
    const got = await client.call('runs.get', { runId: run.id }).catch(() => undefined)
    state = (got?.body as { run?: { state: string } } | undefined)?.run?.state ?? state
    return state === 'succeeded' || state === 'failed'
  })
  await harm.mended()
  return { state, isSprung: trap.isSprung }
}

async function checkStore({ home, counting }: EmbeddedWorld, plans: readonly Plan[]): Promise<Fault[]> {
  const store = await openEmbeddedStore(home)
  try {
    const { db } = store
    const effects = { calls: counting.calls, ...(await readEffects(db)) }
    const faults: Fault[] = []
    for (const plan of plans) {
      faults.push(...checkEffects(plan, effects))
      for (const { id } of await findRuns(db, plan)) {
        faults.push(...checkRun(await readRecord(db, id), ['succeeded']))
      }
    }
    const { days, stepTokens } = await readSpending(db)
    return [...faults, ...checkDays(days, stepTokens)]
  } finally {
    await store.close()
  }
}

test.skipIf(!SERVER_URL)(
  'runs go on when a worker is killed, when one stands still, and when the answer to a commit is lost',
  { timeout: TIMEOUT_MS },
  async () => {
    const world = await openServerWorld({ url: SERVER_URL ?? '', withRedis: Boolean(process.env.REDIS_URL) })
    onTestFinished(() => world.close())
    await prepareAgent(world)
    for (const [index, injection] of SERVER.entries()) {
      const { isSprung, faults, troubles } = await runCase(world, {
        id: `s${index}`,
        injection,
        random: createRandom(SEED, index),
      })
      const found = { injection, isSprung, faults, troubles }
      expect(found).toEqual({ injection, ...GOOD })
    }
    const flow = { ...SERVER_FLOW, id: 'sf', random: createRandom(SEED) }
    expect(await runFlow(world, flow)).toMatchObject(GOOD)
  },
)
