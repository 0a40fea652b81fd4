/** What steps reserve and settle, over a run, its tree and many at once. */

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RESERVED_RETRY_MS } from '../../../src/domain/budgets/daily.ts'
import { saveBudget } from '../../../src/domain/budgets/store.ts'
import type { Hold } from '../../../src/domain/runs/hold/hold-run.ts'
import { settleLost } from '../../../src/domain/runs/steps/model-steps.ts'
import { isLong } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { claimOn, createRunDesk, holdOf, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'

let gateway: TestGateway
let desk: RunDesk

beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL })
  desk = createRunDesk(gateway)
})
afterAll(() => gateway.close())

const usd = (usdMicros: number) => ({ usdMicros, tokens: 10 })
const UNKNOWN = { usdMicros: null, tokens: 10 }
/** In micro-dollars: 0.001 US dollars. */
const CAP = 1_000
const BUDGET = { usd: 0.001 }

async function held(options: Parameters<RunDesk['start']>[0] = {}): Promise<Hold> {
  return await desk.hold((await desk.start(options)).id)
}

describe('the budget of a run', () => {
  it('is used to its last unit and not one more, and what is settled comes back', async () => {
    const run = await held({ budget: BUDGET })
    expect(await desk.ask(run, usd(CAP + 1))).toMatchObject({ refused: { limit: 'run', resumeAt: null } })
    const step = await desk.begin(run, usd(CAP))
    expect(await desk.run(run.runId)).toMatchObject({ treeReservedUsdMicros: CAP, spentUsdMicros: 0 })
    await desk.answer(run, step.id, { spent: usd(300) })
    expect(await desk.run(run.runId)).toMatchObject({
      ...{ treeReservedUsdMicros: 0, treeReservedTokens: 0 },
      ...{ spentUsdMicros: 300, treeSpentUsdMicros: 300, spentTokens: 10, costKnown: true },
    })
    expect(await desk.ask(run, usd(701))).toMatchObject({ refused: { limit: 'run' } })
    await desk.begin(run, usd(700))
  })

  it('holds for all below it, and what others have only reserved is looked at again', async () => {
    const root = await held({ budget: BUDGET })
    const [one, two] = [(await desk.delegate(root)).child, (await desk.delegate(root)).child]
    const [first, second] = [await desk.hold(one.id), await desk.hold(two.id)]
    const step = await desk.begin(first, usd(600))
    const resumeAt = new Date(gateway.clock.now().getTime() + RESERVED_RETRY_MS)
    expect(await desk.ask(second, usd(600))).toMatchObject({ refused: { limit: 'tree', resumeAt } })
    await desk.answer(first, step.id, { spent: usd(600) })
    expect(await desk.ask(second, usd(600))).toMatchObject({ refused: { limit: 'tree', resumeAt: null } })
    await desk.begin(second, usd(400))
  })

  it('in dollars refuses what nobody knows the price of, for a run below it too', async () => {
    const root = await held({ budget: BUDGET })
    const { child } = await desk.delegate(root)
    expect(await desk.ask(root, UNKNOWN)).toMatchObject({ refused: { limit: 'run' } })
    expect(await desk.ask(await desk.hold(child.id), UNKNOWN)).toMatchObject({ refused: { limit: 'tree' } })
  })

  it('says that the cost is unknown where no budget is in dollars', async () => {
    const run = await held()
    const step = await desk.begin(run, UNKNOWN)
    await desk.answer(run, step.id, { spent: UNKNOWN })
    expect(await desk.run(run.runId)).toMatchObject({ costKnown: false, spentTokens: 10, spentUsdMicros: 0 })
  })
})

describe('a step that a lost worker had begun', () => {
  it('costs its worst case, fails, and still counts as a loss', async () => {
    const run = await held()
    const step = await desk.begin(run, usd(500))
    const next = holdOf(await desk.takeOver(run.runId))
    await desk.write((writes) => settleLost(writes, next))
    await desk.write((writes) => settleLost(writes, next))
    expect(await desk.run(run.runId)).toMatchObject({
      ...{ treeReservedUsdMicros: 0, spentUsdMicros: 500, spentTokens: 10, losses: 1, costKnown: true },
    })
    const steps = await desk.steps(run.runId)
    expect(steps).toMatchObject([{ id: step.id, state: 'failed', costUsdMicros: 500, reservedUsdMicros: 0 }])
    await desk.plan(next, ['list'])
    expect((await desk.run(run.runId)).losses).toBe(0)
  })

  it('is free where the price is known to be nothing', async () => {
    const run = await held()
    await desk.begin(run, usd(0))
    const next = holdOf(await desk.takeOver(run.runId))
    await desk.write((writes) => settleLost(writes, next))
    expect(await desk.run(run.runId)).toMatchObject({ costKnown: true, spentUsdMicros: 0 })
  })
})

describe('fifty runs at once', () => {
  const RUNS = 50
  const FIT = 7

  it.runIf(isLong)('below one root never pass its budget', async () => {
    const root = await held({ budget: BUDGET })
    const { child, step } = await desk.delegate(root)
    const parent = await desk.run(root.runId)
    const children = await desk.write(async (writes) => {
      const holds = [holdOf(await claimOn(writes, child.id))]
      while (holds.length < RUNS) {
        const { id } = await desk.startOn(writes, { origin: { parent: { run: parent, stepId: step.id } } })
        holds.push(holdOf(await claimOn(writes, id)))
      }
      return holds
    })
    const worst = usd(Math.floor(CAP / FIT))
    const asked = await Promise.all(children.map((child) => desk.ask(child, worst)))
    expect(asked.filter((answer) => 'step' in answer)).toHaveLength(FIT)
    expect((await desk.run(root.runId)).treeReservedUsdMicros).toBe(FIT * worst.usdMicros)
    await Promise.all(
      children.map(async (child, index) => {
        const answer = asked[index]
        if (answer && 'step' in answer) await desk.answer(child, answer.step.id, { spent: usd(100) })
      }),
    )
    expect(await desk.run(root.runId)).toMatchObject({
      ...{ treeReservedUsdMicros: 0, treeReservedTokens: 0, treeSpentUsdMicros: FIT * 100 },
    })
  })

  it("of one person never pass the person's day", async () => {
    const budget = { ownerId: 'spender', agentSlug: '' }
    await saveBudget({ db: gateway.db, now: gateway.clock.now() }, budget, { usdMicrosPerDay: CAP })
    const holds = await Promise.all(Array.from({ length: RUNS }, () => held({ personId: 'spender' })))
    const worst = usd(Math.floor(CAP / FIT))
    const asked = await Promise.all(holds.map((hold) => desk.ask(hold, worst)))
    expect(asked.filter((answer) => 'step' in answer)).toHaveLength(FIT)
    const rows = await gateway.db.execute(
      sql`select reserved_usd_micros as reserved from spending where person_id = 'spender'`,
    )
    expect(rows.map(({ reserved }) => reserved)).toEqual(Array(2).fill(FIT * worst.usdMicros))
  })
})
