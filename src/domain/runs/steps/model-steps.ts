/** Steps that ask the model: their worst case is reserved before, and their cost is settled after. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { type Amount, reserveDaily, settleDaily } from '../../budgets/daily.ts'
import type { Db } from '../../db/db.ts'
import { toUsd } from '../../money.ts'
import { holdLine, lockLine } from '../hold/hold-line.ts'
import { assertMayAct, type Hold, isHeld, lockKeyOf, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { spenderOf } from '../spender.ts'
import { runSteps, runs } from '../tables.ts'
import { type Move, moveRun, type NewEvent, type Writes } from '../writes.ts'
import { refusalOf, type StepRefusal } from './refuse-step.ts'
import { finishedEvent, newStep, type StepRow } from './steps.ts'

interface ModelStep {
  readonly phase: string | null
  readonly request: unknown
  /** The most that it may cost. */
  readonly worst: Amount
}

/**
 * Reserves the worst case of asking the model on this run, all runs above it, the agent and the person, and stores the
 * step.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function startModelStep(
  writes: Writes,
  hold: Hold,
  { phase, request, worst }: ModelStep,
): Promise<{ step: StepRow } | { refused: StepRefusal }> {
  // Sent together, run one after the other.
  const [line, key, spender] = await Promise.all([
    holdLine(writes.db, hold),
    lockKeyOf(writes.db, hold),
    spenderOf(writes, hold),
  ])
  const { run } = line
  assertMayAct(run, key, writes.now)
  const overCap = refusalOf(line, worst, writes.now)
  if (overCap) return { refused: overCap }
  const daily = await reserveDaily(writes.db, spender, worst, writes.now)
  if ('refused' in daily) return { refused: daily.refused }
  const reserved = { usdMicros: worst.usdMicros ?? 0, tokens: worst.tokens }
  await changeAbove(writes.db, line.above, reserving(reserved))
  const number = run.lastStep + 1
  const step: StepRow = {
    ...newStep(writes, run, { kind: 'model', state: 'started', phase, request }),
    number,
    reservedUsdMicros: reserved.usdMicros,
    reservedTokens: reserved.tokens,
    reservedOn: daily.day,
    // Nothing so far; if the price is unknown, so is the cost.
    costUsdMicros: worst.usdMicros === null ? null : 0,
  }
  const data = { stepId: step.id, kind: 'model', number, ...(phase === null ? {} : { phase }) }
  await moveRun(writes, {
    where: isHeld(hold),
    set: { ...reserving(reserved), lastStep: number, modelSteps: run.modelSteps + 1, phase },
    events: [{ type: 'step.started', data }],
    steps: [step],
  })
  return { step }
}

interface Reserved {
  readonly usdMicros: number
  readonly tokens: number
}

function reserving({ usdMicros, tokens }: Reserved) {
  return {
    treeReservedUsdMicros: sql`${runs.treeReservedUsdMicros} + ${usdMicros}`,
    treeReservedTokens: sql`${runs.treeReservedTokens} + ${tokens}`,
  }
}

/** Changes the runs above, which the caller has locked. */
async function changeAbove(
  db: Db,
  above: readonly RunRow[],
  set: Readonly<Record<string, SQL>>,
): Promise<void> {
  if (above.length === 0) return
  const ids = above.map(({ id }) => id)
  await db.update(runs).set(set).where(inArray(runs.id, ids))
}

/** A call that the model requested. */
export interface PlannedTool {
  readonly callId: string
  readonly name: string
  readonly input: unknown
  /** The operation that it names; null for tools of the executor and for unknown names. */
  readonly operation: string | null
}

export interface ModelOutcome {
  /** The step as it was begun. */
  readonly step: StepRow
  readonly state: 'done' | 'failed'
  readonly result: unknown
  readonly usage: unknown
  readonly spent: Amount
  /** Stored with the answer, so that their ids exist before anything is done. */
  readonly tools: readonly PlannedTool[]
  /** The model's words, for the event. */
  readonly text?: string
}

/**
 * Settles the cost of the answer and stores it together with the calls that it requests.
 * @throws RunLost
 */
export async function finishModelStep(writes: Writes, hold: Hold, outcome: ModelOutcome): Promise<StepRow> {
  const { step, tools, text } = outcome
  // A run's spending counts on the runs above it, which are locked first.
  const above = hold.runId === hold.rootId ? [] : (await holdLine(writes.db, hold)).above
  const added = tools.map(({ operation, ...request }) =>
    newStep(
      writes,
      { id: hold.runId, phase: null },
      {
        ...{ kind: 'tool', state: 'planned', phase: step.phase, operation, request },
      },
    ),
  )
  const more = tools.length > 0 ? { tools: tools.map(({ name }) => name) } : {}
  return await settleModelStep(writes, outcome, {
    ...{ spender: hold, above, where: isHeld(hold), steps: added },
    set: { losses: 0, lastStep: sql`${runs.lastStep} + ${added.length}` },
    eventOf: (ended) => finishedEvent(ended, text, { ...costOf(ended), ...more }),
  })
}

/** The parts of a model step that its events show. */
function costOf({ tokens, costUsdMicros }: StepRow) {
  return { tokens, costUsd: costUsdMicros === null ? null : toUsd(costUsdMicros) }
}

/** How a step ends and moves its run. */
interface Settling extends Pick<Move, 'where' | 'set' | 'steps'> {
  readonly spender: Pick<RunRow, 'personId' | 'agentSlug'>
  readonly above: readonly RunRow[]
  eventOf(ended: StepRow): NewEvent
}

/**
 * Ends a step that was begun: the reservation is returned to the run, its tree and the day, and the spending is added.
 * @throws RunLost
 */
async function settleModelStep(
  writes: Writes,
  { step, state, result, usage, spent }: Omit<ModelOutcome, 'tools'>,
  { spender, above, eventOf, where, set, steps = [] }: Settling,
): Promise<StepRow> {
  const isKnown = spent.usdMicros !== null
  // An unknown cost counts as the whole reservation.
  const cost = spent.usdMicros ?? step.reservedUsdMicros
  const { tokens } = spent
  const change = {
    ...{ state, result, usage, tokens, costUsdMicros: spent.usdMicros },
    ...{ finishedAt: writes.now, reservedUsdMicros: 0, reservedTokens: 0 },
  }
  const ended = { ...step, ...change }
  const ofTree = settled(step, { cost, tokens, isKnown })
  await changeAbove(writes.db, above, ofTree)
  // Sent together, run one after the other: the run is locked before the day.
  const [moved] = await Promise.all([
    moveRun(writes, {
      ...{ where, steps, events: [eventOf(ended)] },
      set: {
        ...{ ...set, ...ofTree },
        spentUsdMicros: sql`${runs.spentUsdMicros} + ${cost}`,
        spentTokens: sql`${runs.spentTokens} + ${tokens}`,
      },
      step: { stepId: step.id, from: ['started'], set: change },
    }),
    settleDay(writes.db, spender, { step, spent }),
  ])
  if (moved === undefined) throw new RunLost(step.runId)
  return ended
}

async function settleDay(
  db: Db,
  spender: Settling['spender'],
  { step, spent }: Pick<ModelOutcome, 'step' | 'spent'>,
): Promise<void> {
  const { reservedOn: day, reservedUsdMicros: usdMicros, reservedTokens: tokens } = step
  if (day !== null) await settleDaily(db, spender, { day, reserved: { usdMicros, tokens }, spent })
}

interface Settled {
  readonly cost: number
  readonly tokens: number
  readonly isKnown: boolean
}

function settled(step: StepRow, { cost, tokens, isKnown }: Settled) {
  return {
    treeReservedUsdMicros: sql`${runs.treeReservedUsdMicros} - ${step.reservedUsdMicros}`,
    treeReservedTokens: sql`${runs.treeReservedTokens} - ${step.reservedTokens}`,
    treeSpentUsdMicros: sql`${runs.treeSpentUsdMicros} + ${cost}`,
    treeSpentTokens: sql`${runs.treeSpentTokens} + ${tokens}`,
    costKnown: sql`${runs.costKnown} and ${isKnown}`,
  }
}

/**
 * After a claim: model steps that a lost worker had begun are settled at their worst case, because the provider's
 * charge is unknown, and end as failed.
 * @throws RunLost
 */
export async function settleLost(writes: Writes, hold: Hold): Promise<void> {
  const { run } = await holdLine(writes.db, hold)
  await settleStarted(writes, run)
}

/** The same for a caller that has locked the run and all above it. Answers whether there were any. */
export async function settleStarted(writes: Writes, run: RunRow): Promise<boolean> {
  const lost = await writes.db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), eq(runSteps.kind, 'model'), eq(runSteps.state, 'started')))
  if (lost.length === 0) return false
  const { above } = await lockLine(writes.db, { runId: run.id, rootId: run.rootId })
  for (const step of lost) {
    const result = { problem: 'the worker was lost' }
    const isPriced = step.costUsdMicros !== null
    const spent = { usdMicros: isPriced ? step.reservedUsdMicros : null, tokens: step.reservedTokens }
    await settleModelStep(
      writes,
      { step, state: 'failed', result, usage: null, spent },
      {
        ...{ spender: run, above, where: eq(runs.id, run.id), set: {} },
        eventOf: (ended) => finishedEvent(ended, undefined, { ...costOf(ended), ...result }),
      },
    )
  }
  return true
}
