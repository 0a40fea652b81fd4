/**
 * One call of the model: before it, its worst case is reserved and its step is stored; after it, its answer is settled
 * and stored.
 */
import type { Delta, ModelAnswer, ModelFailure, ModelRequest } from '../../clients/models/model.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { retry } from '../../core/retry.ts'
import { passWholeCodePoints } from '../../core/text/cut.ts'
import { RunHalt } from '../../domain/runs/hold/hold-run.ts'
import { enterPhase } from '../../domain/runs/hold/keep-run.ts'
import { finishModelStep, type PlannedTool, startModelStep } from '../../domain/runs/steps/model-steps.ts'
import type { StepRefusal } from '../../domain/runs/steps/refuse-step.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import type { Writes } from '../../domain/runs/writes.ts'
import type { Standing } from '../runs/executor.ts'
import { backoffMs } from './backoff.ts'
import { lastNumber, type ModelWork } from './model-work.ts'
import type { Phase } from './next-move.ts'
import { type ModelStepFailure, type ModelStepRequest, textOf } from './stored.ts'
import { type Question, spentOf, worstCase } from './worst-case.ts'

/** An answer with fewer tokens is not worth asking for. */
const ANSWER_MIN_TOKENS = 256

export interface Ask {
  readonly purpose: ModelStepRequest['purpose']
  readonly phase: Phase | null
  readonly question: Question
  readonly outputSchema?: NonNullable<ModelRequest['outputSchema']>
  /** The most tokens that the question can have. */
  readonly inputTokens: number
  /** The tokens that the answer may have, if the budgets have room for it. */
  readonly maxTokens: number
  /** The calls that an answer asks for. */
  plan(answer: ModelAnswer): readonly PlannedTool[]
  /** What is stored together with the answer. */
  store?(writes: Writes, answer: ModelAnswer): Promise<void>
}

/** A failed call of a model, with what the provider said about it. */
export type CallError = AppError & ModelFailure

function isCallError(thrown: unknown): thrown is CallError {
  return thrown instanceof AppError && 'retryable' in thrown
}

export type Asked =
  | { readonly kind: 'answered'; readonly answer: ModelAnswer }
  | { readonly kind: 'refused'; readonly refusal: StepRefusal }
  | { readonly kind: 'failed'; readonly error: CallError }

export async function askModel(work: ModelWork, standing: Standing, ask: Ask): Promise<Asked> {
  const { session, parts, model } = work
  const begun = await begin(work, standing, ask)
  if ('refused' in begun) return { kind: 'refused', refusal: begun.refused }
  const { step, maxTokens } = begun
  const { question, outputSchema } = ask
  const request = { ...model, ...question, maxTokens, ...(outputSchema && { outputSchema }) }
  const showText = passWholeCodePoints((text) => session.emit({ stepId: step.id, text }))
  const onDelta = (delta: Delta) => {
    if (delta.type === 'text') showText(delta.text)
  }
  let answer: ModelAnswer
  try {
    answer = await parts.models.ask(request, { signal: session.signal, onDelta })
  } catch (thrown) {
    if (!isCallError(thrown)) throw thrown
    await storeFailure(work, step, thrown)
    session.signal.throwIfAborted()
    return { kind: 'failed', error: thrown }
  }
  return await keepAnswer(work, ask, { step, answer })
}

/**
 * Stores an answer that was paid for. An unavailable store is tried again for as long as the worker holds the run; an
 * answer that the store refuses for good ends the run, because the model would be asked, and paid, for the same answer
 * again.
 */
async function keepAnswer(work: ModelWork, ask: Ask, answered: Answered): Promise<Asked> {
  const { session, parts } = work
  const { signal } = session
  try {
    await retry(() => storeAnswer(work, ask, answered), {
      retryIf: isAway,
      delayMs: parts.retryDelayMs ?? backoffMs,
      signal,
    })
    return { kind: 'answered', answer: answered.answer }
  } catch (thrown) {
    signal.throwIfAborted()
    if (thrown instanceof RunHalt) throw thrown
    session.log.error({ stepId: answered.step.id, err: thrown }, 'an answer of a model could not be stored')
    const unstored = new AppError('internal', 'The answer of the model could not be stored.', {
      cause: thrown,
    })
    const error = Object.assign(unstored, { retryable: false, usage: answered.answer.usage })
    await storeFailure(work, answered.step, error)
    return { kind: 'failed', error }
  }
}

function isAway(thrown: unknown): boolean {
  return !(thrown instanceof RunHalt) && ERROR_KINDS[toAppError(thrown).code].retry === 'later'
}

type Begun = { readonly step: StepRow; readonly maxTokens: number } | { readonly refused: StepRefusal }

/** If the worst case does not fit, a shorter answer may. */
async function begin({ session, model, pricing }: ModelWork, standing: Standing, ask: Ask): Promise<Begun> {
  const { purpose, phase, inputTokens } = ask
  const seen = lastNumber(standing)
  return await session.transaction(async (writes) => {
    if (phase !== null && purpose === 'work') await enterPhase(writes, session.hold, phase)
    let maxTokens = ask.maxTokens
    while (true) {
      const request: ModelStepRequest = { model: model.model, maxTokens, purpose, seen }
      const worst = worstCase(inputTokens, maxTokens, pricing)
      const begun = await startModelStep(writes, session.hold, { phase, request, worst })
      if ('step' in begun) return { step: begun.step, maxTokens }
      if (maxTokens <= ANSWER_MIN_TOKENS) return begun
      maxTokens = Math.max(Math.floor(maxTokens / 2), ANSWER_MIN_TOKENS)
    }
  })
}

interface Answered {
  readonly step: StepRow
  readonly answer: ModelAnswer
}

async function storeAnswer(
  { session, pricing }: ModelWork,
  ask: Ask,
  { step, answer }: Answered,
): Promise<void> {
  const { content, stop, usage } = answer
  const text = textOf(content)
  await session.transaction(async (writes) => {
    await finishModelStep(writes, session.hold, {
      step,
      state: 'done',
      result: { content, stop },
      usage,
      spent: spentOf(usage, pricing),
      tools: ask.plan(answer),
      ...(text !== '' && { text }),
    })
    await ask.store?.(writes, answer)
  })
}

/** A failed answer is paid for even when the run has to stop. */
async function storeFailure({ session, pricing }: ModelWork, step: StepRow, error: CallError): Promise<void> {
  const { usage, mayHaveCost } = error
  const isPriced = step.costUsdMicros !== null
  const worst = { usdMicros: isPriced ? step.reservedUsdMicros : null, tokens: step.reservedTokens }
  const result: ModelStepFailure = {
    problem: failureWords(error),
    fault: faultOf(error, session.signal),
    ...(error.room && { room: error.room }),
  }
  await session.transaction((writes) =>
    finishModelStep(writes, session.hold, {
      step,
      state: 'failed',
      result,
      usage: usage ?? null,
      spent: mayHaveCost ? worst : spentOf(usage, pricing),
      tools: [],
    }),
  )
}

/** Our own words, followed by the provider's as a quotation. */
export function failureWords({ message, providerWords }: CallError): string {
  return providerWords === undefined ? message : `${message} It says: “${providerWords}”`
}

function faultOf(error: CallError, signal: AbortSignal): ModelStepFailure['fault'] {
  if (signal.aborted) return 'stopped'
  return error.reason === 'context_full' ? 'context_full' : 'provider'
}
