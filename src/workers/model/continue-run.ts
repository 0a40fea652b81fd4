/** Asks the model for its next answer, or says why that is not possible now. */
import type { ModelAnswer, Usage } from '../../clients/models/model.ts'
import { sleep } from '../../core/retry.ts'
import { counted } from '../../core/text/counts.ts'
import { tellRefusal } from '../../domain/runs/hold/keep-run.ts'
import { phaseOf } from '../../domain/runs/states.ts'
import type { PlannedTool } from '../../domain/runs/steps/model-steps.ts'
import type { StepRefusal } from '../../domain/runs/steps/refuse-step.ts'
import type { RunEnd, Standing } from '../runs/executor.ts'
import { offerOf } from '../runs/offer.ts'
import { type Ask, askModel, type CallError, failureWords } from './ask-model.ts'
import { backoffMs } from './backoff.ts'
import { failedEnd, lastNumber, type ModelWork } from './model-work.ts'
import { isWork, type Phase } from './next-move.ts'
import { shorten } from './shorten.ts'
import { readModelRequest, readModelResult, readUsage } from './stored.ts'
import { modelTools } from './tools.ts'
import { type Conversation, stepsInView, transcriptOf } from './transcript.ts'
import { learnedFacts } from './window.ts'
import { type Known, likelyInputTokens, mostInputTokens } from './worst-case.ts'

/** The most tokens of one answer, although a model may allow more: a longer answer is requested in pieces. */
const ANSWER_MAX_TOKENS = 16_000
/** Tokens that a full window must still leave for an answer. */
const ANSWER_ROOM_TOKENS = 1_024
/** How many calls in a row a provider may fail. */
const PROVIDER_ATTEMPTS = 6
/** The longest pause, in milliseconds, during which the worker keeps the run. */
const IN_PLACE_MAX_MS = 5_000

interface Next {
  readonly phase: Phase | null
  /** How many calls in a row the provider has failed. */
  readonly failures: number
  /** Tokens of the answer, when the requested length had no room. */
  readonly maxTokens?: number | undefined
}

/** How the run ends or waits; undefined: decide the next move again. */
export async function continueRun(
  work: ModelWork,
  standing: Standing,
  next: Next,
): Promise<RunEnd | undefined> {
  const { session, system } = work
  const { steps } = standing
  const { phase } = next
  const facts = learnedFacts(work.facts, steps)
  const over = overLimit(work, standing)
  if (over) return over
  const offer = offerOf(session.run, session.operations, phase)
  const messages = transcriptOf({ run: session.run, steps, phase })
  const question = { system, tools: modelTools(offer), messages }
  const known = knownOf(session.run, standing, phase)
  const answerTokens = Math.min(facts.maxOutputTokens, ANSWER_MAX_TOKENS)
  const room = facts.contextTokens - likelyInputTokens(question, known)
  const isTight = room < Math.min(answerTokens, facts.contextTokens / 4)
  if (next.maxTokens === undefined && isTight && hasAnswerInView(standing)) {
    return await shortenOrEnd(work, standing, next)
  }
  const { outputSchema } = session.run.agent
  const ask: Ask = {
    purpose: 'work',
    phase,
    question,
    ...(outputSchema !== null && (phase === null || phase === 'work') && { outputSchema }),
    inputTokens: mostInputTokens(question, known),
    maxTokens: next.maxTokens ?? Math.min(answerTokens, Math.max(room, ANSWER_ROOM_TOKENS)),
    plan: (answer) => plannedCalls(answer, (name) => offer.find(name)?.name ?? null),
  }
  const asked = await askModel(work, standing, ask)
  if (asked.kind === 'answered') return undefined
  if (asked.kind === 'refused') return await overBudget(work, standing, asked.refusal)
  return await afterFailure(work, standing, { error: asked.error, failures: next.failures + 1 })
}

/** The conversation nearly fills the window, or does not fit: a summary replaces it. */
export async function shortenOrEnd(
  work: ModelWork,
  standing: Standing,
  next: Next,
): Promise<RunEnd | undefined> {
  const over = overLimit(work, standing)
  if (over) return over
  const asked = await shorten(work, standing, next.phase)
  if (asked.kind === 'answered') {
    return asked.isShorter
      ? undefined
      : failedEnd(standing, 'context_full', 'It has grown too long for its model, which could not sum it up.')
  }
  if (asked.kind === 'refused') return await overBudget(work, standing, asked.refusal)
  const { error } = asked
  if (error.reason === 'context_full') {
    return failedEnd(standing, 'context_full', `It has grown too long for its model. ${failureWords(error)}`)
  }
  return await afterFailure(work, standing, { error, failures: next.failures + 1 })
}

/** Whether the agent's limits forbid one more call. */
function overLimit({ session }: ModelWork, standing: Standing): RunEnd | undefined {
  const { limits } = session.run.agent
  if (standing.steps.filter(({ kind }) => kind === 'model').length >= limits.steps) {
    return failedEnd(
      standing,
      'steps_exceeded',
      `It has called its model ${counted(limits.steps, 'time')}, its limit.`,
    )
  }
  return undefined
}

/** The provider's own figures of the last answer, while the conversation has only grown since. */
function knownOf(run: Conversation['run'], { steps }: Standing, phase: Phase | null): Known | undefined {
  const last = stepsInView(steps).findLast((step) => isWork(step) && step.state === 'done')
  if (last === undefined || phaseOf(last) !== phase) return undefined
  const usage: Usage | undefined = readUsage(last)
  const { stop } = readModelResult(last)
  if (usage === undefined || usage.estimated || (stop !== 'end' && stop !== 'tool_calls')) return undefined
  const { seen } = readModelRequest(last)
  const before = steps.filter(
    ({ kind, number }) => number <= seen || (number <= last.number && kind !== 'message'),
  )
  return { usage, messages: transcriptOf({ run, steps: before, phase }).length }
}

function hasAnswerInView({ steps }: Standing): boolean {
  return stepsInView(steps).some((step) => isWork(step) && step.state === 'done')
}

function plannedCalls(
  { content, stop }: ModelAnswer,
  operationOf: (name: string) => string | null,
): PlannedTool[] {
  if (stop !== 'tool_calls') return []
  return content.flatMap((said) =>
    said.type === 'tool_call'
      ? [{ callId: said.id, name: said.name, input: said.input, operation: operationOf(said.name) }]
      : [],
  )
}

/** A day's budget comes back, and so do the reservations of others; what the run's own tree has spent does not. */
async function overBudget(work: ModelWork, standing: Standing, refusal: StepRefusal): Promise<RunEnd> {
  const { resumeAt, words } = refusal
  const { session } = work
  await session.transaction((writes) => tellRefusal(writes, session.hold, words))
  if (resumeAt === null) return failedEnd(standing, 'budget_exceeded', words)
  const seenStep = lastNumber(standing)
  return { kind: 'parked', state: 'waiting', reason: 'budget', detail: words, resumeAt, seenStep }
}

/** A temporary failure is tried again: here if the wait is short, otherwise by whichever worker is free then. */
async function afterFailure(
  { session, parts }: ModelWork,
  standing: Standing,
  { error, failures }: { readonly error: CallError; readonly failures: number },
): Promise<RunEnd | undefined> {
  if (error.reason === 'context_full') return undefined
  const words = [failureWords(error), error.fix].filter(Boolean).join(' ')
  if (error.code === 'internal') return failedEnd(standing, 'internal', words)
  if (!error.retryable || failures >= PROVIDER_ATTEMPTS) return failedEnd(standing, 'provider_failed', words)
  // A provider that asks to be called again at once is given time all the same.
  const delayMs = Math.max(error.retryAfterMs ?? 0, (parts.retryDelayMs ?? backoffMs)(failures))
  if (delayMs > IN_PLACE_MAX_MS) {
    const resumeAt = new Date(session.now().getTime() + delayMs)
    const seenStep = lastNumber(standing)
    const detail = `${words} It is asked again in ${Math.ceil(delayMs / 1_000)} s.`
    return { kind: 'parked', state: 'queued', reason: 'provider_busy', detail, resumeAt, seenStep }
  }
  session.log.info({ runId: session.run.id, failures, delayMs }, 'a call of a model is made again')
  await sleep(delayMs, session.signal)
  return undefined
}
