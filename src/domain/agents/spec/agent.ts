/** An agent: its role, its instructions, its model, what it may do, and how far it may go. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { invalidInput } from '../../../core/call/input.ts'
import { ScopeName } from '../../../core/operation/scopes.ts'
import { issuesIn, issueWords } from '../../../core/schema/issue-words.ts'
import type { JsonSchema } from '../../../core/schema/json-schema.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { outputSchemaFault } from './output-schema.ts'
import { ApprovalPolicy, policyFields } from './policy.ts'

const AGENT_INSTRUCTIONS_MAX_CHARS = 50_000
const TOOLS_MAX = 200

/** The most agents of one person or team, and the most bytes of all of them together as JSON. */
export const AGENTS_PER_OWNER = 200
export const AGENTS_MAX_BYTES_PER_OWNER = 2_000_000

/** The name of an agent: `project-manager`. */
export const AgentSlug = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}[a-z0-9]$/,
    'must be 2 to 64 lower-case letters, digits and hyphens, with a letter first and no hyphen last, such as my-agent',
  )

/** Bounds without the defaults, because a change must not reset fields to them. */
const limitFields = {
  steps: z.int().min(1).max(10_000).describe('Calls of the model'),
  minutes: z.int().min(1).max(10_080).describe('Minutes of work, not counting waiting'),
  tokens: z.int().min(1_000).max(1_000_000_000).nullable().describe('Tokens in and out; null: no limit'),
  usd: z.number().min(0.0001).max(100_000).nullable().describe('US dollars; null: no limit'),
}

/** The most that a run of the agent may use, including its child runs. */
export const AgentLimits = z.object({
  steps: limitFields.steps.default(50),
  minutes: limitFields.minutes.default(30),
  tokens: limitFields.tokens.default(null),
  usd: limitFields.usd.default(null),
})
export type AgentLimits = z.output<typeof AgentLimits>

/** JSON Schema of the result that a run must give. Only the check knows that its type is an object. */
const OutputSchema = z
  .record(z.string(), z.unknown())
  .check(({ value, issues }) => {
    const message = outputSchemaFault(value)
    if (message) issues.push({ code: 'custom', message, input: value })
  })
  .describe('JSON Schema of an object that the result must be') as unknown as z.ZodType<
  JsonSchema,
  Readonly<Record<string, unknown>>
>

const fields = {
  role: z.string().trim().min(1).max(100),
  description: z.string().trim().max(1_000),
  instructions: z.string().min(1).max(AGENT_INSTRUCTIONS_MAX_CHARS),
  executor: z.string().min(1).max(50),
  provider: z.enum(['anthropic', 'openai']).nullable().describe('null: the default model'),
  model: z.string().min(1).max(200).nullable().describe('null: the default model'),
  tools: z
    .array(z.string().min(1).max(100))
    .max(TOOLS_MAX)
    .describe('Operations (tasks.create), areas (tasks), scopes (tasks:read) or * for all'),
  phases: z.boolean().describe('Plan, work and evaluate in separate phases'),
  outputSchema: OutputSchema.nullable(),
}

/** Everything about an agent but its name. A run keeps the spec that it was started with. */
export const AgentSpec = z.object({
  role: fields.role,
  description: fields.description.default(''),
  instructions: fields.instructions,
  executor: fields.executor.default('model'),
  provider: fields.provider.default(null),
  model: fields.model.default(null),
  tools: fields.tools.default(['*']),
  limits: AgentLimits.prefault({}),
  approvals: ApprovalPolicy.prefault({}),
  phases: fields.phases.default(false),
  outputSchema: fields.outputSchema.default(null),
})
export type AgentSpec = z.output<typeof AgentSpec>
/** A stored spec: its output schema was checked when it was stored, which takes a while. */
export const StoredAgentSpec = AgentSpec.extend({
  outputSchema: z.custom<JsonSchema>(isJsonObject, 'must be an object').nullable().default(null),
})
/** A spec as it is written, before defaults. */
export type AgentSpecInput = z.input<typeof AgentSpec>

/** Changes of a spec: omitted fields stay. */
export const AgentChanges = z
  .object({
    ...fields,
    limits: z.object(limitFields).partial(),
    approvals: z.object(policyFields).partial(),
  })
  .partial()
export type AgentChanges = z.output<typeof AgentChanges>

/**
 * The spec with the changes applied: limits and approvals field by field, lists as a whole.
 * @throws AppError `invalid_input` when a field that stays is no longer valid
 */
export function withChanges(spec: AgentSpec, { limits, approvals, ...changes }: AgentChanges): AgentSpec {
  const changed = AgentSpec.safeParse(
    {
      ...spec,
      ...given(changes),
      limits: { ...spec.limits, ...given(limits ?? {}) },
      approvals: { ...spec.approvals, ...given(approvals ?? {}) },
    },
    { error: issueWords },
  )
  if (changed.success) return changed.data
  throw invalidInput('agents.update', issuesIn(changed.error))
}

function given(changes: object): object {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

/** The fields in which two specs differ. */
export function differingFields(before: AgentSpec, after: AgentSpec): string[] {
  return Object.entries(after)
    .filter(([field, value]) => !isDeepStrictEqual(value, before[field as keyof AgentSpec]))
    .map(([field]) => field)
}

export const AGENT_SOURCES = ['shipped', 'file', 'stored'] as const
export type AgentSource = (typeof AGENT_SOURCES)[number]

/** An agent as callers see it. */
export const Agent = AgentSpec.extend({
  slug: AgentSlug,
  source: z
    .enum(AGENT_SOURCES)
    .describe(
      "Where it comes from; your own takes precedence over a team's, a stored agent over a file, a file over a shipped one",
    ),
  writerScopes: z
    .array(ScopeName)
    .nullable()
    .describe('Scopes of the caller who wrote it, which its runs never exceed; null: no such limit'),
  teamId: z.string().nullable().describe('The team that it belongs to; null: a person, or everybody'),
})
export type Agent = z.output<typeof Agent>

/** An agent, or the reason why its name has no working agent. */
export type AgentEntry = Pick<Agent, 'slug' | 'source' | 'teamId'> &
  ({ readonly agent: Agent } | { readonly problem: string })
