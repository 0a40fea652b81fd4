/** What a run waits for, when several calls wait for different things: first what a person can do something about. */
import { decide } from '../../domain/agents/spec/policy.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import type { SeenStep } from './next-move.ts'
import { readToolRequest } from './stored.ts'

const FIRST_TO_LAST = ['approval', 'input', 'outcome_unknown', 'children'] as const satisfies RunReason[]
type Reason = (typeof FIRST_TO_LAST)[number]

export function waitReason(
  run: Pick<RunRow, 'agent' | 'alwaysAllowed'>,
  steps: readonly Pick<SeenStep, 'state' | 'operation' | 'request'>[],
): Reason {
  const reasons = new Set(steps.map((step) => reasonOf(run, step)))
  return FIRST_TO_LAST.find((reason) => reasons.has(reason)) ?? 'approval'
}

function reasonOf(
  { agent, alwaysAllowed }: Pick<RunRow, 'agent' | 'alwaysAllowed'>,
  step: Pick<SeenStep, 'state' | 'operation' | 'request'>,
): Reason {
  if (step.state === 'unknown') return 'outcome_unknown'
  const { name, input, approved } = readToolRequest(step)
  if (step.operation !== null || name === 'save_artifact') return 'approval'
  if (name === 'ask_person') return 'input'
  const to = (input as { readonly agent?: string }).agent
  const proposed = {
    operation: name,
    effect: 'write',
    input,
    ...(to !== undefined && { agent: to }),
  } as const
  const isAsked = !approved && decide(agent.approvals, proposed, alwaysAllowed).verdict === 'ask'
  return isAsked ? 'approval' : 'children'
}
