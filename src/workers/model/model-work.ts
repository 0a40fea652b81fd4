/** What stays the same while one worker carries a run on: its session, its model, and what the model is told throughout. */
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
  /** Milliseconds before a failed call is repeated, by how many have failed; a provider's own word goes before it. */
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

/** Number of the last step of a run as it was seen. */
export function lastNumber({ steps }: Standing): number {
  return steps.at(-1)?.number ?? 0
}

export function failedEnd(standing: Standing, reason: RunReason, detail: string): EndedRun {
  return { kind: 'ended', state: 'failed', reason, detail, seenStep: lastNumber(standing) }
}
