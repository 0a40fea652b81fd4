/** The room that a model has for question and answer: its known facts, and what its refusals have revealed since. */
import type { ModelFacts } from '../../clients/models/model.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import { readModelFailure, readModelRequest } from './stored.ts'

/** An answer with fewer tokens is not requested again after a refusal. */
const LESS_ANSWER_MIN_TOKENS = 512
/** The share of the answer that is requested next, when the refusal gives no figures. */
const LESS_ANSWER_SHARE = 0.25
/** Tokens left free when the refusal gives figures: servers add some tokens of their own. */
const SPARE_TOKENS = 16
/** No model has less; a smaller figure is not the size of a window. */
const WINDOW_MIN_TOKENS = 1_024

type SeenStep = Pick<StepRow, 'kind' | 'state' | 'request' | 'result'>

/** The facts of a model, corrected by its refusals in this run. */
export function learnedFacts(facts: ModelFacts, steps: readonly SeenStep[]): ModelFacts {
  const rooms = steps.flatMap((step) =>
    step.kind === 'model' && step.state === 'failed' ? (readModelFailure(step)?.room ?? []) : [],
  )
  const windows = rooms.flatMap(({ contextTokens = 0 }) =>
    contextTokens < WINDOW_MIN_TOKENS ? [] : contextTokens,
  )
  const answers = rooms.flatMap(({ answerTokens }) => answerTokens ?? [])
  return {
    ...facts,
    contextTokens: Math.min(facts.contextTokens, ...windows),
    maxOutputTokens: Math.min(facts.maxOutputTokens, ...answers),
  }
}

/** Tokens of a shorter answer for which the refused question may leave room; undefined when there are too few. */
export function lessAnswer(refused: SeenStep): number | undefined {
  const { contextTokens, questionTokens, answerTokens } = readModelFailure(refused)?.room ?? {}
  const { maxTokens } = readModelRequest(refused)
  const left =
    contextTokens === undefined || questionTokens === undefined
      ? undefined
      : contextTokens - questionTokens - SPARE_TOKENS
  const less = answerTokens ?? left ?? Math.floor(maxTokens * LESS_ANSWER_SHARE)
  return less >= LESS_ANSWER_MIN_TOKENS && less < maxTokens ? less : undefined
}
