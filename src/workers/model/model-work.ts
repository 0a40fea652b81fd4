/** What stays the same while one worker carries on a run: its session, its model, and the system prompt. */
import type { ModelFacts, ModelName, Models } from '../../clients/models/model.ts'
import { AppError } from '../../core/errors.ts'
import { getPerson } from '../../domain/access/people.ts'
import { actorOf } from '../../domain/runs/hold/acting-run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import type { EndedRun, RunSession, Standing } from '../runs/executor.ts'
import { systemPrompt } from './system-prompt.ts'
import type { CostOf, Pricing } from './worst-case.ts'

export interface ModelParts {
  readonly models: Models
  readonly costOf: CostOf
  /**
   * Milliseconds before a failed call is repeated, by the number of failures; a provider's own delay takes precedence.
   */
  readonly retryDelayMs?: (failures: number) => number
}

export interface ModelWork {
  readonly session: RunSession
  readonly parts: ModelParts
  readonly model: ModelName
  readonly facts: ModelFacts
  readonly pricing: Pricing
  readonly system: string
}

/** @throws AppError `not_configured` when the run names no model, which a start refuses */
export async function prepareWork(session: RunSession, parts: ModelParts): Promise<ModelWork> {
  const { run } = session
  const { provider, model } = run.agent
  if (provider === null || model === null) throw new AppError('not_configured', 'The run names no model.')
  const person = await session.transaction((_writes, resources) =>
    getPerson({ ...resources, actor: actorOf(run) }),
  )
  const facts = parts.models.facts(provider, model)
  return {
    session,
    parts,
    model: { provider, model },
    facts,
    pricing: { price: facts.price, costOf: parts.costOf },
    system: systemPrompt({ run, person }),
  }
}

/** The number of the last step that was read. */
export function lastNumber({ steps }: Standing): number {
  return steps.at(-1)?.number ?? 0
}

export function failedEnd(standing: Standing, reason: RunReason, detail: string): EndedRun {
  return { kind: 'ended', state: 'failed', reason, detail, seenStep: lastNumber(standing) }
}
