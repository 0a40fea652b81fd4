/** Steps that make calls: of an operation, or of a tool of the executor. */
import { eq, sql } from 'drizzle-orm'
import { type Hold, holdRun, holdToAct, isHeld, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { runSteps, runs } from '../tables.ts'
import { type Move, moveRun, type StepChange, type Writes } from '../writes.ts'
import { changeStep, finishedEvent } from './steps.ts'

/**
 * Records that a planned call begins, because a crash would leave open whether it happened.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function startToolStep(writes: Writes, hold: Hold, stepId: string): Promise<void> {
  await holdToAct(writes, hold)
  const moved = await moveRun(writes, {
    where: isHeld(hold),
    set: {},
    step: { stepId, from: ['planned', 'started'], set: { state: 'started' } },
    events: [{ type: 'step.started', data: { stepId, kind: 'tool' } }],
    figures: () => sql`(select jsonb_build_object('number', number, 'tool', ${toolName})
      from ${runSteps} where id = ${stepId})`,
  })
  if (moved === undefined) throw new RunLost(hold.runId)
}

/** The name that a tool step calls, from its request. */
const toolName = sql`coalesce(request ->> 'name', '')`

export interface ToolOutcome {
  readonly stepId: string
  readonly state: 'done' | 'failed' | 'unknown'
  readonly result: {
    readonly text: string
    readonly isError: boolean
    /** The person or the gateway itself wrote it; everything else is foreign to the model that reads it. */
    readonly isTrusted?: boolean
    readonly output?: unknown
  }
  /** The result in words for people; absent: its text. */
  readonly told?: string
}

/** Stores the outcome of a call; a step that has ended stays as it is. @throws RunLost */
export async function finishToolStep(writes: Writes, hold: Hold, outcome: ToolOutcome): Promise<void> {
  if (await moveRun(writes, { where: isHeld(hold), ...endOfStep(writes, outcome) })) return
  // The step has ended, unless the run is lost.
  await holdRun(writes.db, hold)
}

/** The same for a caller that has locked the run: a person who decides or answers, a child that ends. */
export async function endToolStep(writes: Writes, run: RunRow, outcome: ToolOutcome): Promise<boolean> {
  const move = { where: eq(runs.id, run.id), ...endOfStep(writes, outcome) }
  return (await moveRun(writes, move)) !== undefined
}

function endOfStep(writes: Writes, outcome: ToolOutcome): Omit<Move, 'where'> {
  const { stepId, state, result, told = result.text } = outcome
  const step = { id: stepId, kind: 'tool', state } as const
  return {
    set: { losses: 0 },
    step: settling(writes, outcome),
    events: [finishedEvent(step, told, { isError: result.isError })],
    figures: () =>
      sql`(select jsonb_build_object('tool', ${toolName}) from ${runSteps} where id = ${stepId})`,
  }
}

/** Only the step, without an event; a step that has ended stays as it is. */
export async function settleStep(writes: Writes, runId: string, outcome: ToolOutcome): Promise<void> {
  await changeStep(writes, runId, settling(writes, outcome))
}

function settling({ now }: Writes, { stepId, state, result }: ToolOutcome): StepChange {
  const from = ['planned', 'started', 'waiting', 'unknown'] as const
  return { stepId, from, set: { state, result, finishedAt: now } }
}

interface ParkedStep {
  readonly stepId: string
  /** Records what the step waits for: in the log, and for those outside. */
  tell?(run: RunRow): Promise<Pick<Move, 'events' | 'emits'>>
}

/**
 * Leaves a planned call waiting until it is settled.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function waitToolStep(
  writes: Writes,
  hold: Hold,
  { stepId, tell }: ParkedStep,
): Promise<RunRow> {
  const run = await holdToAct(writes, hold)
  const told = tell === undefined ? { events: [] } : await tell(run)
  const step: StepChange = { stepId, from: ['planned'], set: { state: 'waiting' } }
  if (await moveRun(writes, { where: isHeld(hold), set: {}, step, ...told })) return run
  throw new RunLost(hold.runId)
}
