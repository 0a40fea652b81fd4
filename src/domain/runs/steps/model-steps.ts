/** Steps that ask the model end: their answer is stored, and their cost is settled. */
import { and, eq, sql } from 'drizzle-orm'
import type { Amount } from '../../budgets/daily.ts'
import { settlementParts } from '../../budgets/reservation.ts'
import { toUsd } from '../../money.ts'
import { changeAbove, holdLine, lockLine } from '../hold/hold-line.ts'
import { type Hold, isHeld, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { runSteps, runs } from '../tables.ts'
import { type Move, moveRun, type NewEvent, type Writes } from '../writes.ts'
import { finishedEvent, newStep, type StepRow } from './steps.ts'

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
  readonly spender: Pick<RunRow, 'ownerId' | 'agentSlug'>
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
  const { reservedOn: day, reservedUsdMicros: usdMicros } = step
  const reserved = { usdMicros, tokens: step.reservedTokens }
  const daily = day && { rows: { ...spender, day }, settlement: { reserved, spent }, from: sql`from moved` }
  const moved = await moveRun(writes, {
    ...{ where, steps, events: [eventOf(ended)] },
    set: {
      ...{ ...set, ...ofTree },
      spentUsdMicros: sql`${runs.spentUsdMicros} + ${cost}`,
      spentTokens: sql`${runs.spentTokens} + ${tokens}`,
    },
    step: { stepId: step.id, from: ['started'], set: change },
    // The run is locked before the day.
    after: daily ? settlementParts(daily) : [],
  })
  if (moved === undefined) throw new RunLost(step.runId)
  return ended
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
