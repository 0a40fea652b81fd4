/** Decides the next move of a run from its stored steps and nothing else: every worker decides alike. */
import type { RunPhase } from '../../core/operation/description.ts'
import { phaseOf } from '../../domain/runs/states.ts'
import { operationOf, type StepRow } from '../../domain/runs/steps/steps.ts'
import { GIVE_VERDICT } from '../../domain/runs/verdict.ts'
import { faultOf, readMessage, readModelRequest, readModelResult } from './stored.ts'
import { lessAnswer } from './window.ts'

export type Phase = RunPhase

/** The parts of a step that the decision uses. */
export type SeenStep = Pick<
  StepRow,
  'id' | 'number' | 'kind' | 'state' | 'phase' | 'operation' | 'request' | 'result'
>

export type Move<Step extends SeenStep = SeenStep> =
  /** `failures`: how many calls in a row the provider has failed. */
  | {
      readonly kind: 'ask_model'
      readonly phase: Phase | null
      readonly failures: number
      /** Tokens of the answer, when the requested length had no room. */
      readonly maxTokens?: number
    }
  | { readonly kind: 'call_tools'; readonly steps: readonly Step[] }
  | { readonly kind: 'wait'; readonly steps: readonly Step[] }
  | { readonly kind: 'shorten'; readonly phase: Phase | null }
  /** Not even the goal, or the summary, fits the model's window. */
  | { readonly kind: 'too_long'; readonly refused: Step }
  | { readonly kind: 'refused' }
  /** The model says that a phase, or the whole run, is done; `repairs`: what it was asked to do again in it. */
  | {
      readonly kind: 'done'
      readonly phase: Phase | null
      readonly answer: Step
      readonly repairs: readonly string[]
      readonly failures: number
    }
  | { readonly kind: 'judged'; readonly verdict: Step }

export function nextMove<Step extends SeenStep>(
  steps: readonly Step[],
  { phases }: { readonly phases: boolean },
): Move<Step> {
  const calls = steps.filter(({ kind }) => kind === 'tool')
  const ready = calls.filter(({ state }) => state === 'planned' || state === 'started')
  if (ready.length > 0) return { kind: 'call_tools', steps: ready }
  const open = calls.filter(({ state }) => state === 'waiting' || state === 'unknown')
  if (open.length > 0) return { kind: 'wait', steps: open }
  const answer = steps.findLast((step) => isWork(step) && step.state === 'done')
  const first: Phase | null = phases ? 'plan' : null
  const overflow = afterOverflow(steps, phaseOf(answer ?? { phase: null }) ?? first)
  if (overflow) return overflow
  if (answer === undefined) return askModel(steps, first, 0)
  return afterAnswer(steps, answer, first)
}

/** Every call of this answer has ended. */
function afterAnswer<Step extends SeenStep>(
  steps: readonly Step[],
  answer: Step,
  first: Phase | null,
): Move<Step> {
  const since = steps.filter(({ number }) => number > answer.number)
  const phase = phaseOf(answer) ?? first
  const verdict = since.findLast(isVerdict)
  if (phase === 'evaluate' && verdict) return { kind: 'judged', verdict }
  const { seen } = readModelRequest(answer)
  const hasNews = steps.some(({ kind, number }) => kind === 'message' && number > seen)
  const { stop } = readModelResult(answer)
  if (stop === 'refusal' && !hasNews) return { kind: 'refused' }
  if (stop !== 'end' || hasNews) return askModel(steps, phase, answer.number)
  const entered = steps.filter((step) => isWork(step) && step.phase === answer.phase)[0]
  const repairs = steps
    .filter(({ kind, number }) => kind === 'message' && number > (entered?.number ?? 0))
    .flatMap((step) => readMessage(step).repair ?? [])
  return { kind: 'done', phase, answer, repairs, failures: failuresAfter(steps, answer.number) }
}

/**
 * Question and answer did not fit: first a shorter answer is requested; then the conversation is shortened, once for
 * each time that it has grown.
 */
function afterOverflow<Step extends SeenStep>(
  steps: readonly Step[],
  phase: Phase | null,
): Move<Step> | undefined {
  const last = steps.findLast((step) => isWork(step) && step.state !== 'started')
  if (last === undefined || !isOverflow(last)) return undefined
  const summary = steps.findLast(({ kind }) => kind === 'summary')
  if (summary !== undefined && summary.number > last.number) return undefined
  const maxTokens = last.state === 'failed' ? lessAnswer(last) : undefined
  if (maxTokens !== undefined) return { kind: 'ask_model', phase, failures: 0, maxTokens }
  const since = summary?.number ?? 0
  // Without an answer nothing can be left out yet; after a summary, an overflow is not growth.
  const hasGrown = steps.some(
    (step) =>
      step.number > since &&
      isWork(step) &&
      step.state === 'done' &&
      (summary === undefined || !isOverflow(step)),
  )
  return hasGrown ? { kind: 'shorten', phase } : { kind: 'too_long', refused: last }
}

function isOverflow(step: SeenStep): boolean {
  if (step.state === 'failed') return faultOf(step) === 'context_full'
  return step.state === 'done' && readModelResult(step).stop === 'context_full'
}

function askModel<Step extends SeenStep>(
  steps: readonly Step[],
  phase: Phase | null,
  after: number,
): Move<Step> {
  return { kind: 'ask_model', phase, failures: failuresAfter(steps, after) }
}

function failuresAfter(steps: readonly SeenStep[], after: number): number {
  return steps.filter(
    (step) =>
      step.number > after && step.kind === 'model' && step.state === 'failed' && faultOf(step) === 'provider',
  ).length
}

/** A call of the model that is not for a summary. */
export function isWork(step: Pick<SeenStep, 'kind' | 'request'>): boolean {
  return step.kind === 'model' && readModelRequest(step).purpose !== 'summary'
}

/** The next phase; null: there is none. */
export function phaseAfter(phase: Phase | null): Phase | null {
  if (phase === 'plan') return 'work'
  return phase === 'work' ? 'evaluate' : null
}

function isVerdict(step: SeenStep): boolean {
  return step.kind === 'tool' && step.state === 'done' && operationOf(step) === GIVE_VERDICT
}
