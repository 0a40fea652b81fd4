/** The tools that are offered to the model. */
import type { ModelTool } from '../../clients/models/model.ts'
import type { JsonSchema } from '../../core/schema/json-schema.ts'
import { modelSchema } from '../../core/schema/model-schema.ts'
import type { Offer } from '../runs/offer.ts'

export function modelTools({ operations }: Offer): ModelTool[] {
  return operations.map(({ toolName, summary, inputSchema }) => ({
    name: toolName,
    description: summary,
    inputSchema: withoutConfirm(modelSchema(inputSchema)),
  }))
}

/** A person confirms an operation that cannot be undone by approving it; the model has no say in it. */
function withoutConfirm(schema: JsonSchema): JsonSchema {
  if (schema.properties?.confirm === undefined) return schema
  const { confirm: _confirm, ...properties } = schema.properties
  return { ...schema, properties }
}
