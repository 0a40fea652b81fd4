/** Steps that ask the model: their worst case is reserved before, and what they cost is settled after. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { type Amount, reserveDaily, settleDaily } from '../../budgets/daily.ts'
import type { Db } from '../../db/db.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type HeldLine, holdLine, lockLine } from '../hold/hold-line.ts'
import { assertMayAct, type Hold, isHeld, lockKeyOf, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { spenderOf } from '../spender.ts'
import { runSteps, runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'
import { refusalOf, type StepRefusal } from './refuse-step.ts'
import { addSteps, finishedEvent, newStep, type StepRow } from './steps.ts'

interface ModelStep {
  readonly phase: string | null
  readonly request: unknown
  /** What it may cost at most. */
  readonly worst: Amount
}

/**
 * Reserves the worst case of asking the model, over this run, all above it, the agent and the person, and stores the step.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function startModelStep(
  writes: Writes,
  hold: Hold,
  { phase, request, worst }: ModelStep,
): Promise<{ step: StepRow } | { refused: StepRefusal }> {
  // Sent together, run one after the other.
  const [line, key] = await Promise.all([holdLine(writes.db, hold), lockKeyOf(writes.db, hold)])
  const { run } = line
  assertMayAct(run, key, writes.now)
  const overCap = refusalOf(line, worst, writes.now)
  if (overCap) return { refused: overCap }
  const spender = await spenderOf(writes, run)
  const daily = await reserveDaily(writes.db, spender, worst, writes.now)
  if ('refused' in daily) return { refused: daily.refused }
  const reserved = { usdMicros: worst.usdMicros ?? 0, tokens: worst.tokens }
  await changeAbove(writes.db, line, reserving(reserved))
  const number = run.lastStep + 1
  const step: StepRow = {
    ...newStep(writes, { run, step: { kind: 'model', state: 'started', phase, request }, number }),
    reservedUsdMicros: reserved.usdMicros,
    reservedTokens: reserved.tokens,
    reservedOn: daily.day,
    // Nothing so far; where the price is not known, no more is the cost.
    costUsdMicros: worst.usdMicros === null ? null : 0,
  }
  await insertRows(writes.db, runSteps, [step])
  const data = { stepId: step.id, kind: 'model', number, ...(phase === null ? {} : { phase }) }
  await moveRun(writes, {
    where: isHeld(hold),
    set: { ...reserving(reserved), lastStep: number, modelSteps: run.modelSteps + 1, phase },
    events: [{ type: 'step.started', data }],
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

/** Of the runs above, which the caller has locked. */
async function changeAbove(db: Db, { above }: HeldLine, set: Readonly<Record<string, SQL>>): Promise<void> {
  if (above.length === 0) return
  const ids = above.map(({ id }) => id)
  await db.update(runs).set(set).where(inArray(runs.id, ids))
}

/** A call that the model asked for. */
export interface PlannedTool {
  readonly callId: string
  readonly name: string
  readonly input: unknown
  /** The operation it names; null for tools of the executor and for names of no tool. */
  readonly operation: string | null
}

export interface ModelOutcome {
  readonly stepId: string
  readonly state: 'done' | 'failed'
  readonly result: unknown
  readonly usage: unknown
  readonly spent: Amount
  /** Stored with the answer, so that their ids stand before anything is done. */
  readonly tools: readonly PlannedTool[]
  /** What the model said, for the event. */
  readonly text?: string
}

/** Settles what the answer cost and stores it together with the calls that it asks for. @throws RunLost */
export async function finishModelStep(writes: Writes, hold: Hold, outcome: ModelOutcome): Promise<StepRow> {
  const line = await holdLine(writes.db, hold)
  const step = await settleModelStep(writes, line, outcome)
  const tools = outcome.tools.map(({ operation, ...request }) => ({
    kind: 'tool' as const,
    state: 'planned' as const,
    phase: step.phase,
    operation,
    request,
  }))
  const asked = tools.map(({ request }) => request.name)
  await addSteps(writes, line.run, {
    steps: tools,
    events: [finishedEvent(step, outcome.text, asked.length > 0 ? { tools: asked } : {})],
    set: { losses: 0 },
  })
  return step
}

async function settleModelStep(writes: Writes, line: HeldLine, outcome: ModelOutcome): Promise<StepRow> {
  const { state, result, usage, spent } = outcome
  const { run } = line
  const [before] = await writes.db
    .select()
    .from(runSteps)
    .where(
      and(
        eq(runSteps.id, outcome.stepId),
        eq(runSteps.runId, run.id),
        eq(runSteps.kind, 'model'),
        eq(runSteps.state, 'started'),
      ),
    )
  if (before === undefined) throw new RunLost(run.id)
  // What nobody knows counts as all that was reserved.
  const cost = spent.usdMicros ?? before.reservedUsdMicros
  await settleLine(writes.db, line, { before, cost, tokens: spent.tokens, isKnown: spent.usdMicros !== null })
  const set = {
    state,
    result,
    usage,
    tokens: spent.tokens,
    costUsdMicros: spent.usdMicros,
    finishedAt: writes.now,
  }
  const released = { reservedUsdMicros: 0, reservedTokens: 0 }
  await writes.db
    .update(runSteps)
    .set({ ...set, ...released })
    .where(eq(runSteps.id, before.id))
  if (before.reservedOn !== null) {
    await settleDaily(writes.db, await spenderOf(writes, run), {
      day: before.reservedOn,
      reserved: { usdMicros: before.reservedUsdMicros, tokens: before.reservedTokens },
      spent,
    })
  }
  return { ...before, ...set, ...released }
}

interface Settlement {
  readonly before: StepRow
  readonly cost: number
  readonly tokens: number
  readonly isKnown: boolean
}

async function settleLine(db: Db, line: HeldLine, settlement: Settlement): Promise<void> {
  const { before, cost, tokens, isKnown } = settlement
  const ofTree = {
    treeReservedUsdMicros: sql`${runs.treeReservedUsdMicros} - ${before.reservedUsdMicros}`,
    treeReservedTokens: sql`${runs.treeReservedTokens} - ${before.reservedTokens}`,
    treeSpentUsdMicros: sql`${runs.treeSpentUsdMicros} + ${cost}`,
    treeSpentTokens: sql`${runs.treeSpentTokens} + ${tokens}`,
    costKnown: sql`${runs.costKnown} and ${isKnown}`,
  }
  await changeAbove(db, line, ofTree)
  await db
    .update(runs)
    .set({
      ...ofTree,
      spentUsdMicros: sql`${runs.spentUsdMicros} + ${cost}`,
      spentTokens: sql`${runs.spentTokens} + ${tokens}`,
    })
    .where(eq(runs.id, line.run.id))
}

/**
 * After a claim: model steps that a lost worker had begun are settled at their worst case, since nobody knows what the
 * provider has charged, and end as failed. @throws RunLost
 */
export async function settleLost(writes: Writes, hold: Hold): Promise<void> {
  const { run } = await holdLine(writes.db, hold)
  await settleStarted(writes, run)
}

/** The same for a caller that has locked the run and all above it. Answers with whether there was any. */
export async function settleStarted(writes: Writes, run: RunRow): Promise<boolean> {
  const lost = await writes.db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), eq(runSteps.kind, 'model'), eq(runSteps.state, 'started')))
  if (lost.length === 0) return false
  const line = await lockLine(writes.db, { runId: run.id, rootId: run.rootId })
  for (const step of lost) {
    const isPriced = step.costUsdMicros !== null
    const ended = await settleModelStep(writes, line, {
      stepId: step.id,
      state: 'failed',
      result: { problem: 'the worker was lost' },
      usage: null,
      spent: { usdMicros: isPriced ? step.reservedUsdMicros : null, tokens: step.reservedTokens },
      tools: [],
    })
    await moveRun(writes, {
      where: eq(runs.id, run.id),
      set: {},
      events: [finishedEvent(ended, undefined, { problem: 'the worker was lost' })],
    })
  }
  return true
}
