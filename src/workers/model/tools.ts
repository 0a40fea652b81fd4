/** The tools that the model is offered: the operations its agent was granted, and those of the run itself. */
import { z } from 'zod'
import type { ModelTool } from '../../clients/models/model.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { grants } from '../../core/operation/scopes.ts'
import { type JsonSchema, toSchema } from '../../core/schema/json-schema.ts'
import { AgentSlug } from '../../domain/agents/spec/agent.ts'
import { grantedAgentTools, grantedOperations } from '../../domain/agents/spec/grants.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import { GOAL_MAX_CHARS } from '../../domain/runs/run-start.ts'
import type { Phase } from './next-move.ts'
import { VERDICT_TOOL, VerdictInput } from './verdict.ts'

const QUESTION_MAX_CHARS = 5_000

/** What the tools of a run take. */
export const LOOP_INPUTS = {
  ask_person: z.object({
    question: z
      .string()
      .trim()
      .min(1)
      .max(QUESTION_MAX_CHARS)
      .describe('With the choices there are, and the one you would take'),
  }),
  delegate: z.object({
    agent: AgentSlug.describe('Slug of the agent'),
    goal: z
      .string()
      .trim()
      .min(1)
      .max(GOAL_MAX_CHARS)
      .describe('All that it needs to know: it sees nothing of this run'),
    budgetUsd: z
      .number()
      .min(0.0001)
      .max(100_000)
      .optional()
      .describe('US dollars; within those of this run'),
  }),
  save_artifact: z.object({
    name: z.string().min(1).max(200).describe('File name, such as plan.md'),
    mediaType: z.string().min(3).max(100).describe('Such as text/markdown'),
    content: z.string(),
  }),
  [VERDICT_TOOL]: VerdictInput,
} as const
export type LoopTool = keyof typeof LOOP_INPUTS

const SUMMARIES: Readonly<Record<LoopTool, string>> = {
  ask_person: 'Ask the person something and wait for the answer.',
  delegate: 'Have another agent work on a goal, and wait for its result.',
  save_artifact: 'Save a file as part of the result of this run.',
  [VERDICT_TOOL]: 'Give the verdict on this run. Ends it.',
}

export function isLoopTool(name: string): name is LoopTool {
  return Object.hasOwn(LOOP_INPUTS, name)
}

/** What may be called in a phase. */
export interface Offer {
  readonly operations: ReadonlyMap<string, Operation>
  readonly loopTools: readonly LoopTool[]
}

/** Planning and evaluating change nothing. */
export function offerOf(
  run: Pick<RunRow, 'agent' | 'starter'>,
  all: readonly Operation[],
  phase: Phase | null,
): Offer {
  const { tools } = run.agent
  const readOnly = phase === 'plan' || phase === 'evaluate'
  const operations = grantedOperations(tools, all, { readOnly }).filter(({ scope }) =>
    grants(run.starter.scopes, scope),
  )
  const granted = grantedAgentTools(tools)
  return {
    operations: new Map(operations.map((operation) => [operation.toolName, operation])),
    loopTools: [
      ...granted.filter((tool) => !readOnly || tool === 'ask_person'),
      ...(phase === 'evaluate' ? ([VERDICT_TOOL] as const) : []),
    ],
  }
}

export function modelTools({ operations, loopTools }: Offer): ModelTool[] {
  return [
    ...[...operations.values()].map(({ toolName, summary, inputSchema }) => ({
      name: toolName,
      description: summary,
      inputSchema: withoutConfirm(inputSchema),
    })),
    ...loopTools.map((name) => ({
      name,
      description: SUMMARIES[name],
      inputSchema: toSchema(LOOP_INPUTS[name], 'input'),
    })),
  ]
}

/** A person confirms what cannot be undone by approving it, and the model has no say in it. */
function withoutConfirm(schema: JsonSchema): JsonSchema {
  if (schema.properties?.confirm === undefined) return schema
  const { confirm: _confirm, ...properties } = schema.properties
  return { ...schema, properties }
}
