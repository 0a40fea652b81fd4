/** A call of the model begins: its worst case is reserved, and its step is stored. */
import { enterPhase } from '../../domain/runs/hold/keep-run.ts'
import type { StepRefusal } from '../../domain/runs/steps/refuse-step.ts'
import {
  type ModelStep,
  startModelStep,
  startModelStepAlone,
} from '../../domain/runs/steps/start-model-step.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import type { Standing } from '../runs/executor.ts'
import { lastNumber, type ModelWork } from './model-work.ts'
import type { Phase } from './next-move.ts'
import type { ModelStepRequest } from './stored.ts'
import { worstCase } from './worst-case.ts'

/** An answer with fewer tokens is not worth asking for. */
const ANSWER_MIN_TOKENS = 256

export interface Beginning {
  readonly purpose: ModelStepRequest['purpose']
  readonly phase: Phase | null
  /** The most tokens that the question can have. */
  readonly inputTokens: number
  /** The tokens that the answer may have, if the budgets have room for it. */
  readonly maxTokens: number
}

type Begun = { readonly step: StepRow; readonly maxTokens: number } | { readonly refused: StepRefusal }

/** In one statement if possible; otherwise in a transaction, which says why it may not begin. */
export async function beginStep(work: ModelWork, standing: Standing, ask: Beginning): Promise<Begun> {
  const { purpose, phase, maxTokens } = ask
  const entersPhase = phase !== null && purpose === 'work' && standing.run.phase !== phase
  const asked = stepOf(work, standing, ask)
  const step = entersPhase
    ? undefined
    : await work.session.atOnce((writes) => startModelStepAlone(writes, standing, asked))
  return step === undefined ? await beginWithin(work, standing, ask) : { step, maxTokens }
}

/** If the worst case does not fit, a shorter answer may. */
async function beginWithin(work: ModelWork, standing: Standing, ask: Beginning): Promise<Begun> {
  const { session } = work
  const { purpose, phase } = ask
  return await session.transaction(async (writes) => {
    if (phase !== null && purpose === 'work') await enterPhase(writes, session.hold, phase)
    let maxTokens = ask.maxTokens
    while (true) {
      const begun = await startModelStep(writes, session.hold, stepOf(work, standing, { ...ask, maxTokens }))
      if ('step' in begun) return { step: begun.step, maxTokens }
      if (maxTokens <= ANSWER_MIN_TOKENS) return begun
      maxTokens = Math.max(Math.floor(maxTokens / 2), ANSWER_MIN_TOKENS)
    }
  })
}

function stepOf({ model, pricing }: ModelWork, standing: Standing, ask: Beginning): ModelStep {
  const { purpose, phase, inputTokens, maxTokens } = ask
  const request: ModelStepRequest = { model: model.model, maxTokens, purpose, seen: lastNumber(standing) }
  return { phase, request, worst: worstCase(inputTokens, maxTokens, pricing) }
}
