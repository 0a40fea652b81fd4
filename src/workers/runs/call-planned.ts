/** Makes the planned calls of a run: several at a time, each once, and only as far as the policy allows. */
import { checkInput, invalidInput } from '../../core/call/input.ts'
import { BrokenOff } from '../../core/call/write-outside.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { backoff, retry } from '../../core/retry.ts'
import { readJsonTexts } from '../../core/schema/json-texts.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { askApproval } from '../../domain/runs/approvals/approvals.ts'
import { outcomeOf, settleCall } from '../../domain/runs/calls/settle-call.ts'
import { errorText } from '../../domain/runs/calls/tool-text.ts'
import { whyAsked } from '../../domain/runs/calls/why-asked.ts'
import { RunHalt } from '../../domain/runs/hold/hold-run.ts'
import { phaseOf } from '../../domain/runs/states.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import { isInvalidJson, readToolRequest } from '../../domain/runs/steps/tool-request.ts'
import { finishToolStep, startToolStep, type ToolOutcome } from '../../domain/runs/steps/tool-steps.ts'
import type { OperationWork, RunSession, Standing } from './executor.ts'
import { type Offer, offerOf } from './offer.ts'

/** Calls of one run at a time. */
const CALLS_AT_ONCE = 4
/** Attempts of a call that gives way to another, or whose store is unavailable. */
const CALL_ATTEMPTS = 3
/** The pause between them, unless the error names one. */
const CALL_RETRY_DELAY_MS = backoff({ firstMs: 200, maxMs: 5_000 })
/** Milliseconds during which a call that is under way elsewhere is repeated, before its run is handed back. */
const IN_PROGRESS_MAX_MS = 60_000

/** The parts of a session that calls need. */
export type CallingSession = Pick<
  RunSession,
  'run' | 'hold' | 'signal' | 'log' | 'operations' | 'transaction' | 'callOperation'
>

/** Returns or throws once none of the calls is under way any more. */
export async function callPlanned(session: CallingSession, standing: Standing): Promise<void> {
  const rest = standing.steps.filter(
    ({ kind, state }) => kind === 'tool' && (state === 'planned' || state === 'started'),
  )
  const calls = Math.min(CALLS_AT_ONCE, rest.length)
  const faults: unknown[] = []
  async function callRest(): Promise<void> {
    for (let step = rest.shift(); step !== undefined; step = rest.shift()) {
      try {
        session.signal.throwIfAborted()
        await callTool(session, standing, step)
      } catch (thrown) {
        faults.push(thrown)
        rest.length = 0
      }
    }
  }
  await Promise.all(Array.from({ length: calls }, callRest))
  const lost = faults.find((fault) => fault instanceof RunHalt)
  if (faults.length > 0) throw lost ?? faults[0]
}

async function callTool(session: CallingSession, standing: Standing, step: StepRow): Promise<void> {
  const { name, input } = readToolRequest(step)
  const offer = offerOf(session.run, session.operations, phaseOf(step))
  try {
    if (isInvalidJson(input)) throw noJson(name)
    const operation = offer.find(name)
    if (operation === undefined) throw noSuchTool(name, offer)
    await callOperation(session, { standing, step, operation })
  } catch (thrown) {
    await storeFault(session, step, thrown)
  }
}

function noJson(name: string): AppError {
  return new AppError('invalid_input', `The input of ${name} is not a JSON object, or was cut off.`, {
    fix: 'Call it again with one whole JSON object.',
  })
}

function noSuchTool(name: string, { operations }: Offer): AppError {
  const names = operations.map(({ toolName }) => toolName)
  return new AppError('not_found', `There is no tool ${name} here.`, {
    fix: names.length === 0 ? 'You have no tools now: answer in words.' : `You have: ${names.join(', ')}.`,
  })
}

interface OperationCall {
  readonly standing: Standing
  readonly step: StepRow
  readonly operation: Operation
}

async function callOperation(session: CallingSession, call: OperationCall): Promise<void> {
  const { step, operation } = call
  const { input: asked, approved } = readToolRequest(step)
  const given = readJsonTexts(operation.inputSchema, asked)
  const input = operation.effect === 'destroy' && isJsonObject(given) ? { ...given, confirm: true } : given
  const checked = checkInput(operation, input)
  if ('issues' in checked) throw invalidInput(operation.toolName, checked.issues)
  // A call that had begun was allowed.
  const isAllowed = approved || step.state === 'started'
  if (!isAllowed && (await isHeldBack(session, call, given))) return
  await invokeStep(session, call, input)
}

/**
 * Whether the call now waits for a person.
 * @throws AppError `forbidden` when the policy refuses it
 */
async function isHeldBack(
  { hold, transaction }: CallingSession,
  { standing, step, operation }: OperationCall,
  input: unknown,
): Promise<boolean> {
  const { name, effect } = operation
  const why = whyAsked(standing.run, operation, input)
  if (why === undefined) return false
  await transaction((writes) =>
    askApproval(writes, hold, { stepId: step.id, call: { operation: name, effect, input, why } }),
  )
  return true
}

/**
 * Makes the call under the step's id until it has an answer or a permanent error. A write stores its step together with
 * its effect; a call that reaches outside stores it before and after. A read has no transaction, and may be repeated.
 */
async function invokeStep(
  session: CallingSession,
  { step, operation }: OperationCall,
  input: unknown,
): Promise<void> {
  const { hold } = session
  const made = { stepId: step.id, operation }
  const work: OperationWork = {
    stepId: step.id,
    resumes: step.state === 'started',
    ...(operation.outside !== 'nothing' && { before: (writes) => startToolStep(writes, hold, step.id) }),
    after: (writes, output) => settleCall(writes, hold, { ...made, output }),
  }
  const { signal } = session
  async function callOnce(): Promise<void> {
    const { output } = await session.callOperation(operation, input, work)
    if (operation.effect === 'read') await finish(session, outcomeOf(made, output))
  }
  const plan = { retryIf: createPassing(), delayMs: CALL_RETRY_DELAY_MS, signal }
  await retry(callOnce, plan).catch((thrown: unknown) => {
    const error = toAppError(thrown)
    throw error instanceof BrokenOff && !signal.aborted ? unknownAfter(error) : thrown
  })
}

/** Tells whether a call is repeated. A call that is under way elsewhere has not failed: its answer is awaited. */
function createPassing(): (thrown: unknown) => boolean {
  const askedAt = performance.now()
  let failures = 0
  return (thrown) => {
    const { code } = toAppError(thrown)
    if (code === 'in_progress') return performance.now() - askedAt < IN_PROGRESS_MAX_MS
    failures += 1
    return failures < CALL_ATTEMPTS && ERROR_KINDS[code].retry === 'later'
  }
}

function unknownAfter(cause: AppError): AppError {
  return new AppError(
    'outcome_unknown',
    `The call was interrupted, and may have taken effect: ${cause.message}`,
    { cause },
  )
}

/**
 * An error that the agent can act on is told to the agent; one that concerns the run itself is thrown. So is one for a
 * call that is still under way elsewhere: the call is repeated when the run is taken up again.
 */
async function storeFault(session: CallingSession, step: StepRow, thrown: unknown): Promise<void> {
  const error = toAppError(thrown)
  const isUnknown = error.code === 'outcome_unknown'
  // That something may have been done is recorded even when the run has to stop.
  if (!isUnknown) session.signal.throwIfAborted()
  if (error instanceof RunHalt || error.code === 'in_progress') throw error
  if (error.code === 'internal')
    session.log.error({ stepId: step.id, err: thrown }, 'a call of an agent failed')
  await finish(session, {
    stepId: step.id,
    state: isUnknown ? 'unknown' : 'failed',
    result: { text: errorText(error), isError: true },
  })
}

async function finish({ transaction, hold }: CallingSession, outcome: ToolOutcome): Promise<void> {
  await transaction((writes) => finishToolStep(writes, hold, outcome))
}
