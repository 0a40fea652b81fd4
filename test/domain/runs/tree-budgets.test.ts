/** Budgets anywhere in a tree: what one run and all below it reserve and spend never passes its cap. */
import { readFile } from 'node:fs/promises'
import { eq, gt, inArray, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Amount } from '../../../src/domain/budgets/daily.ts'
import { type Hold, renewLeases } from '../../../src/domain/runs/hold/hold-run.ts'
import { queueLost } from '../../../src/domain/runs/moves/sweep.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { settleLost } from '../../../src/domain/runs/steps/model-steps.ts'
import type { StepRefusal } from '../../../src/domain/runs/steps/refuse-step.ts'
import { runSteps, runs } from '../../../src/domain/runs/tables.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { claimOn, createRunDesk, holdOf, PRICED_MODEL, type RunDesk } from '../../support/world/run-desk.ts'

let gateway: TestGateway
let desk: RunDesk

beforeAll(async () => {
  gateway = await openTestGateway({ models: PRICED_MODEL, openRunsPerPerson: OPEN_RUNS })
  desk = createRunDesk(gateway)
})
afterAll(() => gateway.close())

const DEPTH_MAX = 3
const TREES = cases(3, 20)
const SWEEPS_MAX = 100
/** Room for all trees, and for those that shrinking a failure grows. */
const OPEN_RUNS = 100_000

/** One run of a tree: below which of those before it, and what it may spend. */
interface Node {
  readonly parent: number
  readonly usd: number | null
  readonly tokens: number | null
}

/** What one run does, one after the other. */
interface Deed {
  readonly worst: { readonly usdMicros: number; readonly tokens: number }
  /** Share of the worst case that is spent; null: its worker is lost. */
  readonly share: number | null
}

interface Grown {
  readonly holds: readonly Hold[]
  /** Of each run, itself and all above it. */
  readonly lines: readonly (readonly number[])[]
}

const cap = fc.option(fc.integer({ min: 50, max: 400 }), { nil: null })
const node: fc.Arbitrary<Node> = fc.record({ parent: fc.nat(20), usd: cap, tokens: cap })
const trees = fc.array(node, { minLength: 3, maxLength: 8 })
const amount = fc.integer({ min: 0, max: 160 })
const deed: fc.Arbitrary<Deed> = fc.record({
  worst: fc.record({ usdMicros: amount, tokens: amount }),
  share: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null, freq: 5 }),
})

/** Runs as the nodes say, each held by a worker. */
async function grow(nodes: readonly Node[]): Promise<Grown> {
  return await desk.write(async (writes) => {
    const rows: RunRow[] = []
    const holds: Hold[] = []
    const lines: number[][] = []
    for (const [index, { parent, usd, tokens }] of nodes.entries()) {
      const above = rows.findIndex((row, at) => at === parent % (index || 1) && row.depth < DEPTH_MAX)
      const run = rows[Math.max(above, 0)]
      const origin = run === undefined ? {} : { origin: { parent: { run, stepId: `step-${index}` } } }
      const { id } = await desk.startOn(writes, origin)
      await writes.db.update(runs).set({ capUsdMicros: usd, capTokens: tokens }).where(eq(runs.id, id))
      const claimed = await claimOn(writes, id)
      if (claimed) rows.push(claimed)
      holds.push(holdOf(claimed))
      lines.push([index, ...(run === undefined ? [] : (lines[Math.max(above, 0)] ?? []))])
    }
    return { holds, lines }
  })
}

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index]
  if (item === undefined) throw new Error(`nothing at ${index}`)
  return item
}

const part = ({ worst, share }: Deed) => ({
  usdMicros: Math.floor(worst.usdMicros * (share ?? 1)),
  tokens: Math.floor(worst.tokens * (share ?? 1)),
})

/** A sweep leaves out a run that another sweep or heartbeat has locked: the sweep after it queues the run. */
async function claimLost(runId: string): Promise<Hold> {
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
    await desk.write(queueLost)
    const claimed = await desk.claim(runId)
    if (claimed) return holdOf(claimed)
  }
  throw new Error(`${runId} was not queued by ${SWEEPS_MAX} sweeps`)
}

/** Another takes its run over; nobody renews the lease of a worker that is gone. */
async function loseWorker(hold: Hold): Promise<Hold> {
  const gone = { worker: 'gone', leaseUntil: new Date(0) }
  await gateway.db.update(runs).set(gone).where(eq(runs.id, hold.runId))
  const next = await claimLost(hold.runId)
  await desk.write((writes) => settleLost(writes, next))
  return next
}

async function rowsOf({ holds }: Grown): Promise<RunRow[]> {
  const ids = holds.map(({ runId }) => runId)
  const rows = await gateway.db.select().from(runs).where(inArray(runs.id, ids))
  return ids.map((id) => rows.find((row) => row.id === id) ?? rows[0]).filter((row) => row !== undefined)
}

function assertUnderCaps(rows: readonly RunRow[]): void {
  for (const row of rows) {
    expect(row.treeReservedUsdMicros).toBeGreaterThanOrEqual(0)
    expect(row.treeReservedTokens).toBeGreaterThanOrEqual(0)
    const usd = row.treeSpentUsdMicros + row.treeReservedUsdMicros
    expect(usd).toBeLessThanOrEqual(row.capUsdMicros ?? Number.POSITIVE_INFINITY)
    expect(row.treeSpentTokens + row.treeReservedTokens).toBeLessThanOrEqual(
      row.capTokens ?? Number.POSITIVE_INFINITY,
    )
  }
}

/** Of each run, what its steps and those of all below it have cost. */
async function assertSums(grown: Grown): Promise<void> {
  const rows = await rowsOf(grown)
  const ids = rows.map(({ id }) => id)
  const steps = await gateway.db.select().from(runSteps).where(inArray(runSteps.runId, ids))
  for (const [index, row] of rows.entries()) {
    const below = new Set(ids.filter((_, other) => at(grown.lines, other).includes(index)))
    const own = steps.filter(({ runId }) => below.has(runId))
    expect(row).toMatchObject({
      treeReservedUsdMicros: 0,
      treeReservedTokens: 0,
      treeSpentUsdMicros: own.reduce((sum, step) => sum + (step.costUsdMicros ?? 0), 0),
      treeSpentTokens: own.reduce((sum, step) => sum + step.tokens, 0),
    })
  }
  assertUnderCaps(rows)
}

type Totals = readonly { usd: number; tokens: number }[]
type Fits = 'now' | 'later' | 'never'

/** Whether a step fits, by the spent and the reserved of all that it counts for. */
function expected(
  { nodes, line }: { readonly nodes: readonly Node[]; readonly line: readonly number[] },
  [spent, reserved]: readonly [Totals, Totals],
  { usdMicros, tokens }: Deed['worst'],
): Fits {
  const answers = line.map((index): Fits => {
    const { usd: usdCap, tokens: tokensCap } = at(nodes, index)
    const [had, held] = [at(spent, index), at(reserved, index)]
    const isOver = (limit: number | null, used: number) => limit !== null && used > limit
    if (isOver(usdCap, had.usd + usdMicros) || isOver(tokensCap, had.tokens + tokens)) return 'never'
    const isHeld =
      isOver(usdCap, had.usd + held.usd + usdMicros) || isOver(tokensCap, had.tokens + held.tokens + tokens)
    return isHeld ? 'later' : 'now'
  })
  if (answers.includes('never')) return 'never'
  return answers.includes('later') ? 'later' : 'now'
}

function fitsOf(answer: object | { readonly refused: StepRefusal }): Fits {
  if (!('refused' in answer)) return 'now'
  return answer.refused.resumeAt === null ? 'never' : 'later'
}

describe('any tree with budgets anywhere in it', () => {
  it('takes a step if and only if it fits into every budget above it, and says whether waiting helps', async () => {
    const played = fc.array(fc.tuple(fc.nat(20), deed), { minLength: 6, maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(trees, played, async (nodes, deeds) => {
        const grown = await grow(nodes)
        const zero = () => nodes.map(() => ({ usd: 0, tokens: 0 }))
        const [spent, reserved] = [zero(), zero()]
        const open = new Map<number, { stepId: string; deed: Deed }>()
        const add = (totals: Totals, index: number, { usdMicros, tokens }: Deed['worst'], sign = 1) => {
          for (const each of at(grown.lines, index)) {
            at(totals, each).usd += sign * usdMicros
            at(totals, each).tokens += sign * tokens
          }
        }
        for (const [which, next] of deeds) {
          const index = which % nodes.length
          const hold = at(grown.holds, index)
          const pending = open.get(index)
          if (pending) {
            open.delete(index)
            await desk.answer(hold, pending.stepId, { spent: part(pending.deed) })
            add(reserved, index, pending.deed.worst, -1)
            add(spent, index, part(pending.deed))
            continue
          }
          const line = at(grown.lines, index)
          const fits = expected({ nodes, line }, [spent, reserved], next.worst)
          const answer = await desk.ask(hold, next.worst)
          expect(fitsOf(answer)).toBe(fits)
          if (!('step' in answer)) continue
          open.set(index, { stepId: answer.step.id, deed: next })
          add(reserved, index, next.worst)
        }
        for (const [index, { stepId, deed }] of open) {
          await desk.answer(at(grown.holds, index), stepId, { spent: part(deed) })
        }
        await assertSums(grown)
      }),
      { numRuns: TREES },
    )
  })

  it('never passes a cap while all its runs work at once, and adds up after', async () => {
    const deeds = fc.array(deed, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(node, deeds), { minLength: 4, maxLength: 8 }), async (made) => {
        const grown = await grow(made.map(([each]) => each))
        const ids = grown.holds.map(({ runId }) => runId)
        /** A worker's heartbeat locks its runs beside all that. */
        const beat = () => renewLeases(gateway.db, ids.toReversed(), { worker: 'one', leaseMs: 600_000 })
        await Promise.all(
          made.map(async ([, own], index) => {
            let hold = at(grown.holds, index)
            for (const each of own) {
              const answer = await desk.ask(hold, each.worst)
              if (!('step' in answer)) continue
              if (each.share === null) hold = await loseWorker(hold)
              else await desk.answer(hold, answer.step.id, { spent: part(each) })
              await beat()
              assertUnderCaps(await rowsOf(grown))
            }
          }),
        )
        await assertSums(grown)
      }),
      { numRuns: TREES },
    )
  })
})

describe('the budget of a run in the middle of a tree', () => {
  const usd = (usdMicros: number): Amount => ({ usdMicros, tokens: 10 })

  /** A root without a budget, a run of 0.001 US dollars below it, and two below that. */
  async function family() {
    const root = await desk.hold((await desk.start()).id)
    const { child: middle } = await desk.delegate(root, { budget: { usd: 0.001 } })
    const held = await desk.hold(middle.id)
    const one = await desk.hold((await desk.delegate(held)).child.id)
    const two = await desk.hold((await desk.delegate(held)).child.id)
    return { root, middle, one, two }
  }

  it('holds for all that it has delegated, and the refusal names it', async () => {
    const { root, middle, one, two } = await family()
    const step = await desk.begin(one, usd(600))
    const passing = await desk.ask(two, usd(600))
    expect(passing).toMatchObject({ refused: { limit: 'tree', resumeAt: expect.any(Date) } })
    expect(passing).toMatchObject({
      refused: {
        words: `The next step may take $0.0006, too much for the budget of $0.001 of ${middle.id} (assistant) above it: $0.00 spent and $0.0006 reserved by other steps.`,
      },
    })
    await desk.answer(one, step.id, { spent: usd(600) })
    expect(await desk.ask(two, usd(600))).toMatchObject({ refused: { limit: 'tree', resumeAt: null } })
    await desk.begin(two, usd(400))
    expect(await desk.run(root.runId)).toMatchObject({ treeSpentUsdMicros: 600, treeReservedUsdMicros: 400 })
    await desk.begin(root, usd(5_000))
  })

  it('counts what was reserved and spent before it was kept of every run', async () => {
    const { root, middle, one, two } = await family()
    const step = await desk.begin(one, usd(600))
    await desk.answer(one, step.id, { spent: usd(300) })
    await desk.begin(two, usd(200))
    const tree = () =>
      gateway.db.select().from(runs).where(eq(runs.rootId, root.runId)).orderBy(runs.depth, runs.id)
    const before = await tree()
    expect(before.find(({ id }) => id === middle.id)).toMatchObject({
      ...{ treeSpentUsdMicros: 300, treeReservedUsdMicros: 200 },
    })
    const nothing = {
      treeSpentUsdMicros: 0,
      treeSpentTokens: 0,
      treeReservedUsdMicros: 0,
      treeReservedTokens: 0,
    }
    await gateway.db.update(runs).set(nothing).where(gt(runs.depth, 0))
    await gateway.db.execute(sql.raw(await readFile('drizzle/0007_spending_of_every_tree.sql', 'utf8')))
    expect(await tree()).toEqual(before)
  })

  it('in dollars refuses what nobody knows the price of, below it too', async () => {
    const { middle, one } = await family()
    expect(await desk.ask(one, { usdMicros: null, tokens: 10 })).toMatchObject({
      refused: { limit: 'tree', resumeAt: null, words: expect.stringContaining(middle.id) },
    })
  })
})
