/**
 * One call of the model: before it, its worst case is reserved and its step is stored; after it, its answer is settled
 * and stored.
 */
import type { Delta, ModelAnswer, ModelFailure, ModelRequest } from '../../clients/models/model.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { retry } from '../../core/retry.ts'
import { passWholeCodePoints } from '../../core/text/cut.ts'
import { RunHalt } from '../../domain/runs/hold/hold-run.ts'
import { finishModelStep, type ModelOutcome, type PlannedTool } from '../../domain/runs/steps/model-steps.ts'
import type { StepRefusal } from '../../domain/runs/steps/refuse-step.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import type { Writes } from '../../domain/runs/writes.ts'
import type { Standing } from '../runs/executor.ts'
import { backoffMs } from './backoff.ts'
import { type Beginning, beginStep } from './begin-step.ts'
import type { ModelWork } from './model-work.ts'
import { type ModelStepFailure, textOf } from './stored.ts'
import { type Question, spentOf } from './worst-case.ts'

export interface Ask extends Beginning {
  readonly question: Question
  readonly outputSchema?: NonNullable<ModelRequest['outputSchema']>
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
  const begun = await beginStep(work, standing, ask)
  if ('refused' in begun) return { kind: 'refused', refusal: begun.refused }
  const { step, maxTokens } = begun
  const { question, outputSchema } = ask
  const request = { ...model, ...question, maxTokens, ...(outputSchema && { outputSchema }) }
  let at = 0
  const showText = passWholeCodePoints((text) => {
    session.emit({ stepId: step.id, at, text })
    at += text.length
  })
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

interface Answered {
  readonly step: StepRow
  readonly answer: ModelAnswer
}

async function storeAnswer(work: ModelWork, ask: Ask, { step, answer }: Answered): Promise<void> {
  const { content, stop, usage } = answer
  const text = textOf(content)
  const { store } = ask
  await finish(work, {
    outcome: {
      step,
      state: 'done',
      result: { content, stop },
      usage,
      spent: spentOf(usage, work.pricing),
      tools: ask.plan(answer),
      ...(text !== '' && { text }),
    },
    ...(store && { store: (writes) => store(writes, answer) }),
  })
}

interface Finish {
  readonly outcome: ModelOutcome
  store?(writes: Writes): Promise<void>
}

/** One statement, unless more is stored or the step counts on runs above its own. */
async function finish({ session }: ModelWork, { outcome, store }: Finish): Promise<void> {
  const { hold } = session
  if (store === undefined && hold.runId === hold.rootId) {
    await session.atOnce((writes) => finishModelStep(writes, hold, outcome))
    return
  }
  await session.transaction(async (writes) => {
    await finishModelStep(writes, hold, outcome)
    await store?.(writes)
  })
}

/** A failed answer is paid for even when the run has to stop. */
async function storeFailure(work: ModelWork, step: StepRow, error: CallError): Promise<void> {
  const { session, pricing } = work
  const { usage, mayHaveCost } = error
  const isPriced = step.costUsdMicros !== null
  const worst = { usdMicros: isPriced ? step.reservedUsdMicros : null, tokens: step.reservedTokens }
  const result: ModelStepFailure = {
    problem: failureWords(error),
    fault: faultOf(error, session.signal),
    ...(error.room && { room: error.room }),
  }
  await finish(work, {
    outcome: {
      step,
      state: 'failed',
      result,
      usage: usage ?? null,
      spent: mayHaveCost ? worst : spentOf(usage, pricing),
      tools: [],
    },
  })
}

/** Our own words, followed by the provider's as a quotation. */
export function failureWords({ message, providerWords }: CallError): string {
  return providerWords === undefined ? message : `${message} It says: “${providerWords}”`
}

function faultOf(error: CallError, signal: AbortSignal): ModelStepFailure['fault'] {
  if (signal.aborted) return 'stopped'
  return error.reason === 'context_full' ? 'context_full' : 'provider'
}
