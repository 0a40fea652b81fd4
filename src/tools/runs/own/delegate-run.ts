/** runs.delegate: a run has another agent work on a goal, and waits for its result. */
import { z } from 'zod'
import { defineOperation } from '../../../core/operation/operation.ts'
import { AgentSlug } from '../../../domain/agents/spec/agent.ts'
import { DELEGATE, delegateRun as startBelow } from '../../../domain/runs/moves/delegate-run.ts'
import { GOAL_MAX_CHARS } from '../../../domain/runs/run-start.ts'

export const delegateRun = defineOperation({
  name: DELEGATE,
  summary: 'Have another agent work on a goal, and wait for its result.',
  details:
    'The run is parked and continues with the result of the other run. That run spends the budget of this one and has no more scopes.',
  route: 'POST /v1/run/delegations',
  input: z.object({
    agent: AgentSlug.describe('Slug of the agent'),
    goal: z
      .string()
      .trim()
      .min(1)
      .max(GOAL_MAX_CHARS)
      .describe('Everything that it needs to know: it sees nothing of this run'),
    budgetUsd: z
      .number()
      .min(0.0001)
      .max(100_000)
      .optional()
      .describe('US dollars, out of the budget of this run'),
  }),
  output: z.object({ runId: z.string().describe('The other run') }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  audience: 'runs',
  forRuns: { waitsFor: 'children' },
  example: { agent: 'newsletter-editor', goal: 'Shorten the draft of March to 300 words.' },
  run: async (input, ctx) => ({ runId: (await startBelow(ctx, input)).id }),
  tell: ({ runId }) =>
    `Delegated to ${runId}. This run is parked, and continues with its result: end your turn now.`,
})
