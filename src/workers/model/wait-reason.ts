/** What a run waits for, when several calls wait for different things: first what a person can do something about. */
import type { Operation } from '../../core/operation/operation.ts'
import { judgeCall } from '../../domain/agents/spec/policy.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import { operationOf } from '../../domain/runs/steps/steps.ts'
import type { SeenStep } from './next-move.ts'
import { readToolRequest } from './stored.ts'

const FIRST_TO_LAST = ['approval', 'input', 'outcome_unknown', 'children'] as const satisfies RunReason[]
type Reason = (typeof FIRST_TO_LAST)[number]

type OpenStep = Pick<SeenStep, 'state' | 'operation' | 'request'>

interface Waiting {
  readonly run: Pick<RunRow, 'agent' | 'alwaysAllowed'>
  readonly operations: readonly Operation[]
}

export function waitReason(waiting: Waiting, steps: readonly OpenStep[]): Reason {
  const reasons = new Set(steps.map((step) => reasonOf(waiting, step)))
  return FIRST_TO_LAST.find((reason) => reasons.has(reason)) ?? 'approval'
}

function reasonOf({ run, operations }: Waiting, step: OpenStep): Reason {
  if (step.state === 'unknown') return 'outcome_unknown'
  const name = operationOf(step)
  const operation = operations.find((each) => each.name === name)
  const waitsFor = operation?.forRuns?.waitsFor
  if (operation === undefined || waitsFor === undefined) return 'approval'
  const { input, approved } = readToolRequest(step)
  const isAsked = !approved && judgeCall(run, { operation, input }).verdict === 'ask'
  return isAsked ? 'approval' : waitsFor
}
