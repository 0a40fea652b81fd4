/** The tools that the model is offered: the operations that its run may call in a phase. */
import type { ModelTool } from '../../clients/models/model.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { JsonSchema } from '../../core/schema/json-schema.ts'
import { operationsInPhase } from '../../domain/agents/spec/grants.ts'
import { currentName } from '../../domain/agents/spec/old-names.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { Phase } from './next-move.ts'

/** What may be called in a phase. */
export interface Offer {
  readonly operations: readonly Operation[]
  /** The operation that a tool's name means, as the model says it. */
  find(toolName: string): Operation | undefined
}

export function offerOf(
  { agent, starter }: Pick<RunRow, 'agent' | 'starter'>,
  all: readonly Operation[],
  phase: Phase | null,
): Offer {
  const operations = operationsInPhase({ tools: agent.tools, scopes: starter.scopes }, all, phase)
  const byName = new Map(operations.flatMap((each) => [[each.toolName, each] as const, [each.name, each]]))
  // A model that sees calls by old names in its conversation makes more of them.
  return { operations, find: (toolName) => byName.get(currentName(toolName)) }
}

export function modelTools({ operations }: Offer): ModelTool[] {
  return operations.map(({ toolName, summary, inputSchema }) => ({
    name: toolName,
    description: summary,
    inputSchema: withoutConfirm(inputSchema),
  }))
}

/** A person confirms what cannot be undone by approving it, and the model has no say in it. */
function withoutConfirm(schema: JsonSchema): JsonSchema {
  if (schema.properties?.confirm === undefined) return schema
  const { confirm: _confirm, ...properties } = schema.properties
  return { ...schema, properties }
}
