/** Steps that call: an operation, or a tool of the executor. */
import { eq } from 'drizzle-orm'
import { type Hold, holdRun, holdToAct, isHeld, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import { moveRun, type NewEvent, type Writes } from '../writes.ts'
import { changeStep, finishedEvent, type StepRow, toolOf } from './steps.ts'

/** Says that a planned call is begun, where a crash would leave open whether it happened. @throws RunLost, RunStopping, AccessRevoked */
export async function startToolStep(writes: Writes, hold: Hold, stepId: string): Promise<void> {
  await holdToAct(writes, hold)
  const step = await changeStep(writes, { stepId, from: ['planned', 'started'], set: { state: 'started' } })
  if (step === undefined) throw new RunLost(hold.runId)
  const { id, number, request } = step
  const data = { stepId: id, kind: 'tool', number, tool: toolOf(request) }
  await moveRun(writes, { where: isHeld(hold), set: {}, events: [{ type: 'step.started', data }] })
}

export interface ToolOutcome {
  readonly stepId: string
  readonly state: 'done' | 'failed' | 'unknown'
  readonly result: {
    readonly text: string
    readonly isError: boolean
    /** The person or the gateway itself said it; everything else is foreign to the model that reads it. */
    readonly isTrusted?: boolean
    readonly output?: unknown
  }
  /** The result as people are told it; absent: as its text has it. */
  readonly told?: string
}

/** Stores the outcome of a call; a step that has ended stays as it is. @throws RunLost */
export async function finishToolStep(writes: Writes, hold: Hold, outcome: ToolOutcome): Promise<void> {
  const run = await holdRun(writes.db, hold)
  await endToolStep(writes, run, outcome)
}

/** The same for a caller that has locked the run: a person who decides or answers, a child that ends. */
export async function endToolStep(writes: Writes, run: RunRow, outcome: ToolOutcome): Promise<boolean> {
  const { result } = outcome
  const step = await settleStep(writes, outcome)
  if (step === undefined) return false
  await moveRun(writes, {
    where: eq(runs.id, run.id),
    set: { losses: 0 },
    events: [
      finishedEvent(step, outcome.told ?? result.text, {
        tool: toolOf(step.request),
        isError: result.isError,
      }),
    ],
  })
  return true
}

/** The step alone, without a word in the log. Undefined: it had ended. */
export async function settleStep(
  writes: Writes,
  { stepId, state, result }: ToolOutcome,
): Promise<StepRow | undefined> {
  return await changeStep(writes, {
    stepId,
    from: ['planned', 'started', 'waiting', 'unknown'],
    set: { state, result, finishedAt: writes.now },
  })
}

/** Leaves a planned call until it is settled; `events` say what it waits for. @throws RunLost, RunStopping, AccessRevoked */
export async function waitToolStep(
  writes: Writes,
  hold: Hold,
  { stepId, events }: { readonly stepId: string; readonly events: readonly NewEvent[] },
): Promise<RunRow> {
  const run = await holdToAct(writes, hold)
  const step = await changeStep(writes, { stepId, from: ['planned'], set: { state: 'waiting' } })
  if (step === undefined) throw new RunLost(hold.runId)
  if (events.length > 0) await moveRun(writes, { where: isHeld(hold), set: {}, events })
  return run
}
