/** The operations that a run may call in a phase, by the names that its agent uses. */
import type { RunPhase } from '../../core/operation/description.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { operationsInPhase } from '../../domain/agents/spec/grants.ts'
import { currentName } from '../../domain/agents/spec/old-names.ts'
import type { RunRow } from '../../domain/runs/run.ts'

export interface Offer {
  readonly operations: readonly Operation[]
  /** The operation that a tool's name means. */
  find(toolName: string): Operation | undefined
}

export function offerOf(
  { agent, starter }: Pick<RunRow, 'agent' | 'starter'>,
  all: readonly Operation[],
  phase: RunPhase | null,
): Offer {
  const operations = operationsInPhase({ tools: agent.tools, scopes: starter.scopes }, all, phase)
  const byName = new Map(operations.flatMap((each) => [[each.toolName, each] as const, [each.name, each]]))
  // A model that sees former names in its conversation keeps using them.
  return { operations, find: (toolName) => byName.get(currentName(toolName)) }
}
