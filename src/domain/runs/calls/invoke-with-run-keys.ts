/**
 * Handles calls with the key of a run, through any door. They are judged like the calls of the model loop: the worker
 * that made the key must still hold the run, and the agent's policy may require a person's approval first. A write
 * becomes a step of the run, in its own transaction.
 */
import { isDeepStrictEqual } from 'node:util'
import { auditInput } from '../../../core/call/audit-input.ts'
import type { Call, Invoke, Outcome, Within } from '../../../core/call/call.ts'
import { parseInput } from '../../../core/call/input.ts'
import type { Runtime } from '../../../core/call/runtime.ts'
import { BrokenOff } from '../../../core/call/write-outside.ts'
import { AppError, toAppError } from '../../../core/errors.ts'
import { isGranted, isMeantFor } from '../../../core/operation/catalog.ts'
import type { Resources } from '../../../core/operation/context.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { askApproval, findOpenApproval } from '../approvals/approvals.ts'
import { type Hold, holdOf, holdToAct, RunHalt, RunLost, RunStopping, readHeld } from '../hold/hold-run.ts'
import { assertLogRoom } from '../log-room.ts'
import type { RunRow } from '../run.ts'
import { addSteps, findCall, type StepRow } from '../steps/steps.ts'
import { readToolRequest, type ToolStepRequest } from '../steps/tool-request.ts'
import { finishToolStep, startToolStep } from '../steps/tool-steps.ts'
import { type Collected, createWrites, transact } from '../transact.ts'
import type { Writes } from '../writes.ts'
import { settleCall } from './settle-call.ts'
import { errorText } from './tool-text.ts'
import { whyAsked } from './why-asked.ts'

interface Parts {
  readonly runtime: Runtime
  readonly invoke: Invoke
}

/** One call of a run, with its existing or future step. */
interface RunCall {
  readonly operation: Operation
  readonly input: unknown
  readonly call: Call
  readonly run: RunRow
  readonly hold: Hold
  /** The step of an earlier attempt under the same idempotency key. */
  readonly earlier: StepRow | undefined
  readonly stepId: string
}

/** The same `invoke`, which also accepts calls with the key of a run. */
export function invokeWithRunKeys(runtime: Runtime, invoke: Invoke): Invoke {
  const parts = { runtime, invoke }
  return async (operation, input, call) => {
    const isByKey = call.actor.run !== undefined
    if (!isByKey || !isMeantFor(operation, call.actor, call.door) || !isGranted(operation, call.actor)) {
      return await invoke(operation, input, call)
    }
    // The schemas of this operation are those of any operation, which the type system cannot see.
    return (await callByKey(parts, operation as unknown as Operation, { input, call })) as Outcome<never>
  }
}

interface Asked {
  readonly input: unknown
  readonly call: Call
}

async function callByKey(parts: Parts, operation: Operation, { input: given, call }: Asked) {
  // A call that cannot be undone is confirmed by the policy, which asks a person unless a rule says otherwise.
  const isFinal = operation.effect === 'destroy' && isJsonObject(given)
  const input = isFinal ? { ...given, confirm: true } : given
  parseInput(operation, input)
  try {
    const runCall = await prepare(parts.runtime, operation, { input, call })
    if (!isApproved(runCall)) await judge(parts.runtime, runCall)
    return await make(parts, runCall)
  } catch (thrown) {
    throw thrown instanceof RunLost || thrown instanceof RunStopping ? stopped(thrown) : thrown
  }
}

/** @throws RunLost */
async function prepare(runtime: Runtime, operation: Operation, { input, call }: Asked): Promise<RunCall> {
  const { actor, idempotencyKey: key } = call
  const { db } = runtime.resources
  const run = await readHeld(db, { runId: actor.id, fence: actor.run?.fence ?? 0 })
  const earlier =
    key === undefined ? undefined : await findCall(db, run.id, { callId: key, operation: operation.name })
  const stepId = earlier?.id ?? runtime.newId('step')
  return { operation, input, call, run, hold: holdOf(run), earlier, stepId }
}

/** A person has approved exactly this call. */
function isApproved({ earlier, input }: RunCall): boolean {
  if (earlier?.state !== 'planned') return false
  if (isInputOf(earlier, input)) return true
  throw otherInput()
}

function isInputOf(step: StepRow, input: unknown): boolean {
  return isDeepStrictEqual(readToolRequest(step).input, withoutConfirm(input))
}

function otherInput(): AppError {
  return new AppError('idempotency_mismatch', 'This idempotency key was used before with another input.', {
    fix: 'Use a new key for a new call.',
  })
}

function withoutConfirm(input: unknown): unknown {
  if (!isJsonObject(input)) return input
  const { confirm: _confirm, ...rest } = input
  return rest
}

/** @throws AppError `forbidden` when the policy refuses the call, `confirmation_required` when a person is asked */
async function judge(runtime: Runtime, runCall: RunCall): Promise<void> {
  const { operation, input, call, run, hold, earlier, stepId } = runCall
  if (earlier !== undefined) {
    const open = await findOpenApproval(runtime.resources.db, earlier.id)
    if (open !== undefined) throw waitsForPerson(operation, open.id)
    if (isInputOf(earlier, input)) return
  }
  const asked = withoutConfirm(input)
  const why = whyAsked(run, operation, asked)
  if (why === undefined) return
  // The approval was for one input. The stored answer would refuse another one too, but it is kept only for days.
  if (earlier !== undefined) throw otherInput()
  const { name, effect } = operation
  const approvalId = await transact(runtime, async (writes) => {
    await addPlanned(writes, await holdToCall(writes, runCall), { operation, call, stepId, input: asked })
    return await askApproval(writes, hold, { stepId, call: { operation: name, effect, input: asked, why } })
  })
  throw waitsForPerson(operation, approvalId)
}

function waitsForPerson({ name }: Operation, approvalId: string): AppError {
  return new AppError('confirmation_required', `${name} waits for a person to approve it (${approvalId}).`, {
    fix: 'End your turn. The call is made as soon as it is approved, and the run continues with its outcome.',
  })
}

function stopped({ message }: RunHalt): AppError {
  return new AppError('conflict', message, {
    fix: 'Stop: this key no longer works for this run.',
  })
}

/** Reads are not recorded in the run's log: a run that reads its own log would never reach its end. */
async function make({ runtime, invoke }: Parts, runCall: RunCall): Promise<Outcome<object>> {
  const { operation, input, call, hold, earlier, stepId } = runCall
  if (operation.effect === 'read') return await invoke(operation, input, call)
  const collected: Collected[] = []
  const open = (resources: Resources) => {
    const each = createWrites(runtime, resources)
    collected.push(each)
    return each.writes
  }
  const within: Within = {
    async before(resources) {
      const writes = open(resources)
      const run = await holdToCall(writes, runCall)
      if (earlier === undefined) await addStep(writes, run, runCall)
      if (operation.outside !== 'nothing' && isToBeDone(earlier)) await startToolStep(writes, hold, stepId)
    },
    async after(resources, output) {
      // The answer to an earlier question or delegation is still to come.
      if (earlier?.state === 'waiting') return
      await settleCall(open(resources), hold, { stepId, operation, output })
    },
  }
  try {
    return await invoke(operation, input, { ...call, idempotencyKey: stepId, stepId, within })
  } catch (thrown) {
    if (operation.outside !== 'nothing') await noteFault(runtime, runCall, thrown)
    throw thrown
  } finally {
    for (const { settle } of collected) await settle()
  }
}

/** For an attempt that has ended, or whose outcome is unknown, the ledger gives the answer. */
function isToBeDone(earlier: StepRow | undefined): boolean {
  return earlier === undefined || earlier.state === 'planned' || earlier.state === 'started'
}

/**
 * The step of a call that reaches outside is stored before the call, so it must be ended. An interrupted call is
 * repeated under its key.
 */
async function noteFault(runtime: Runtime, { hold, stepId }: RunCall, thrown: unknown): Promise<void> {
  const error = toAppError(thrown)
  if (error instanceof RunHalt || error instanceof BrokenOff || error.code === 'in_progress') return
  const state = error.code === 'outcome_unknown' ? 'unknown' : 'failed'
  const result = { text: errorText(error), isError: true }
  await transact(runtime, (writes) => finishToolStep(writes, hold, { stepId, state, result }))
}

/** A step keeps the call's input as the audit does: without secrets, and with a limited size. */
async function addStep(writes: Writes, run: RunRow, { operation, input, call, stepId }: RunCall) {
  await addPlanned(writes, run, { operation, call, stepId, input: auditInput(withoutConfirm(input), 'ok') })
}

async function addPlanned(
  writes: Writes,
  run: RunRow,
  { operation, call, stepId, input }: Pick<RunCall, 'operation' | 'call' | 'stepId' | 'input'>,
): Promise<void> {
  const request: ToolStepRequest = { callId: call.idempotencyKey ?? stepId, name: operation.toolName, input }
  const step = { id: stepId, kind: 'tool', state: 'planned', operation: operation.name, request } as const
  await addSteps(writes, run, { steps: [step] })
}

/**
 * Locks the run.
 * @throws RunHalt; AppError `in_progress` for a call that another call with its key has overtaken, `conflict` for a
 * full log
 */
async function holdToCall(writes: Writes, { operation, call, hold, earlier }: RunCall): Promise<RunRow> {
  const run = await holdToAct(writes, hold)
  const { idempotencyKey: callId } = call
  if (callId !== undefined && earlier === undefined) {
    const other = await findCall(writes.db, run.id, { callId, operation: operation.name })
    if (other !== undefined) throw overtaken()
  }
  assertLogRoom(run, 'End the run with the present result.')
  return run
}

/** Milliseconds after which the other call is likely to have its answer. */
const ASK_AGAIN_MS = 1_000

function overtaken(): AppError {
  return new AppError('in_progress', 'A call with this idempotency key is still running.', {
    fix: 'Wait and call again with the same key to get its answer.',
    retryAfterMs: ASK_AGAIN_MS,
  })
}
