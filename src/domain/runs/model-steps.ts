/** Steps that ask the model: their worst case is reserved before, and what they cost is settled after. */
import { and, eq, sql } from 'drizzle-orm'
import { type Amount, RESERVED_RETRY_MS, reserveDaily, settleDaily } from '../budgets/daily.ts'
import type { Db } from '../db.ts'
import { insertRows } from '../insert-rows.ts'
import { type Held, type Hold, holdRun, holdToAct, isHeld, RunLost } from './hold-run.ts'
import type { RunRow } from './run.ts'
import { spenderOf } from './spender.ts'
import { addSteps, finishedEvent, newStep, type StepRow } from './steps.ts'
import { runSteps, runs } from './tables.ts'
import { moveRun, type Writes } from './writes.ts'

/** Why a step may not be taken: its worst case does not fit. */
export interface StepRefusal {
  readonly limit: 'run' | 'tree' | 'person' | 'agent'
  /** When it may fit again; null: not by itself. */
  readonly resumeAt: Date | null
  readonly words: string
}

interface ModelStep {
  readonly phase: string | null
  readonly request: unknown
  /** What it may cost at most. */
  readonly worst: Amount
}

/**
 * Reserves the worst case of asking the model, over this run, its tree, the agent and the person, and stores the step.
 * @throws RunLost, RunStopping
 */
export async function startModelStep(
  writes: Writes,
  hold: Hold,
  { phase, request, worst }: ModelStep,
): Promise<{ step: StepRow } | { refused: StepRefusal }> {
  const held = await holdToAct(writes.db, hold)
  const overCap = refusalOf(held, worst, writes.now)
  if (overCap) return { refused: overCap }
  const { run, root } = held
  const spender = await spenderOf(writes, run)
  const daily = await reserveDaily(writes.db, spender, worst, writes.now)
  if ('refused' in daily) return { refused: daily.refused }
  const reserved = { usdMicros: worst.usdMicros ?? 0, tokens: worst.tokens }
  await reserveOnTree(writes.db, root, reserved)
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
    set: { lastStep: number, modelSteps: run.modelSteps + 1, phase },
    events: [{ type: 'step.started', data }],
  })
  return { step }
}

function refusalOf({ run, root }: Held, worst: Amount, now: Date): StepRefusal | undefined {
  if (worst.usdMicros === null && (run.capUsdMicros !== null || root.capUsdMicros !== null)) {
    return {
      limit: run.capUsdMicros === null ? 'tree' : 'run',
      resumeAt: null,
      words: 'The price of the model is not known, so the budget of this run in US dollars cannot be kept.',
    }
  }
  const usd = worst.usdMicros ?? 0
  const isOver = (cap: number | null, used: number) => cap !== null && used > cap
  if (
    isOver(run.capUsdMicros, run.spentUsdMicros + usd) ||
    isOver(run.capTokens, run.spentTokens + worst.tokens)
  ) {
    return {
      limit: 'run',
      resumeAt: null,
      words: 'The next step could cost more than is left of the budget of this run.',
    }
  }
  const treeUsd = root.treeSpentUsdMicros + usd
  const treeTokens = root.treeSpentTokens + worst.tokens
  if (
    isOver(root.capUsdMicros, treeUsd + root.treeReservedUsdMicros) ||
    isOver(root.capTokens, treeTokens + root.treeReservedTokens)
  ) {
    // Most of what other runs of the tree have reserved comes back, and nobody wakes this one for it.
    const isPassing = !isOver(root.capUsdMicros, treeUsd) && !isOver(root.capTokens, treeTokens)
    return {
      limit: 'tree',
      resumeAt: isPassing ? new Date(now.getTime() + RESERVED_RETRY_MS) : null,
      words: 'The next step could cost more than is left of the budget of the run at the top.',
    }
  }
  return undefined
}

interface Reserved {
  readonly usdMicros: number
  readonly tokens: number
}

async function reserveOnTree(db: Db, root: RunRow, { usdMicros, tokens }: Reserved): Promise<void> {
  await db
    .update(runs)
    .set({
      treeReservedUsdMicros: root.treeReservedUsdMicros + usdMicros,
      treeReservedTokens: root.treeReservedTokens + tokens,
    })
    .where(eq(runs.id, root.id))
}

/** A call that the model asked for. */
export interface PlannedTool {
  readonly callId: string
  readonly name: string
  readonly input: unknown
  /** The operation it names; null for tools of the executor and for names that are none. */
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
  const held = await holdRun(writes.db, hold)
  const step = await settleModelStep(writes, held, outcome)
  const tools = outcome.tools.map(({ operation, ...request }) => ({
    kind: 'tool' as const,
    state: 'planned' as const,
    phase: step.phase,
    operation,
    request,
  }))
  const asked = tools.map(({ request }) => request.name)
  await addSteps(writes, held.run, {
    steps: tools,
    events: [finishedEvent(step, outcome.text, asked.length > 0 ? { tools: asked } : {})],
    set: { losses: 0 },
  })
  return step
}

async function settleModelStep(writes: Writes, held: Held, outcome: ModelOutcome): Promise<StepRow> {
  const { state, result, usage, spent } = outcome
  const [before] = await writes.db
    .select()
    .from(runSteps)
    .where(
      and(
        eq(runSteps.id, outcome.stepId),
        eq(runSteps.runId, held.run.id),
        eq(runSteps.kind, 'model'),
        eq(runSteps.state, 'started'),
      ),
    )
  if (before === undefined) throw new RunLost(held.run.id)
  // What nobody knows counts as all that was reserved.
  const cost = spent.usdMicros ?? before.reservedUsdMicros
  await settleTree(writes.db, held, { before, cost, tokens: spent.tokens, isKnown: spent.usdMicros !== null })
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
    await settleDaily(writes.db, await spenderOf(writes, held.run), {
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

async function settleTree(db: Db, { run, root }: Held, settlement: Settlement): Promise<void> {
  const { before, cost, tokens, isKnown } = settlement
  await db
    .update(runs)
    .set({
      treeReservedUsdMicros: sql`${runs.treeReservedUsdMicros} - ${before.reservedUsdMicros}`,
      treeReservedTokens: sql`${runs.treeReservedTokens} - ${before.reservedTokens}`,
      treeSpentUsdMicros: sql`${runs.treeSpentUsdMicros} + ${cost}`,
      treeSpentTokens: sql`${runs.treeSpentTokens} + ${tokens}`,
      costKnown: sql`${runs.costKnown} and ${isKnown}`,
    })
    .where(eq(runs.id, root.id))
  await db
    .update(runs)
    .set({
      spentUsdMicros: sql`${runs.spentUsdMicros} + ${cost}`,
      spentTokens: sql`${runs.spentTokens} + ${tokens}`,
      costKnown: sql`${runs.costKnown} and ${isKnown}`,
    })
    .where(eq(runs.id, run.id))
}

/**
 * After a claim: model steps that a lost worker had begun are settled at their worst case, since nobody knows what the
 * provider has charged, and end as failed. @throws RunLost
 */
export async function settleLost(writes: Writes, hold: Hold): Promise<void> {
  await settleStarted(writes, await holdRun(writes.db, hold))
}

/** The same for whoever has locked the run and its root. Answers with whether there was any. */
export async function settleStarted(writes: Writes, held: Held): Promise<boolean> {
  const { run } = held
  const lost = await writes.db
    .select()
    .from(runSteps)
    .where(and(eq(runSteps.runId, run.id), eq(runSteps.kind, 'model'), eq(runSteps.state, 'started')))
  for (const step of lost) {
    const isPriced = step.costUsdMicros !== null
    const ended = await settleModelStep(writes, held, {
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
  return lost.length > 0
}
