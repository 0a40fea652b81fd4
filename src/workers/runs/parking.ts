/** How a run is left while its calls wait for something. */
import type { Operation } from '../../core/operation/operation.ts'
import { judgeCall } from '../../domain/agents/spec/policy.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import { operationOf, type StepRow } from '../../domain/runs/steps/steps.ts'
import { readToolRequest } from '../../domain/runs/steps/tool-request.ts'
import type { ParkedRun, Standing } from './executor.ts'

/** If calls wait for several things, one that a person can act on comes first. */
const FIRST_TO_LAST = ['approval', 'input', 'outcome_unknown', 'children'] as const satisfies RunReason[]
type Reason = (typeof FIRST_TO_LAST)[number]

/** Undefined: no call waits. */
export function parkingOf({ run, steps }: Standing, operations: readonly Operation[]): ParkedRun | undefined {
  const open = steps.filter(
    ({ kind, state }) => kind === 'tool' && (state === 'waiting' || state === 'unknown'),
  )
  const reasons = new Set(open.map((step) => reasonOf(run, step, operations)))
  const reason = FIRST_TO_LAST.find((each) => reasons.has(each))
  if (reason === undefined) return undefined
  return { kind: 'parked', state: 'waiting', reason, seenStep: steps.at(-1)?.number ?? 0 }
}

function reasonOf(
  run: Pick<RunRow, 'agent' | 'alwaysAllowed'>,
  step: Pick<StepRow, 'state' | 'operation' | 'request'>,
  operations: readonly Operation[],
): Reason {
  if (step.state === 'unknown') return 'outcome_unknown'
  const name = operationOf(step)
  const operation = operations.find((each) => each.name === name)
  const waitsFor = operation?.forRuns?.waitsFor
  if (operation === undefined || waitsFor === undefined) return 'approval'
  const { input, approved } = readToolRequest(step)
  const isAsked = !approved && judgeCall(run, { operation, input }).verdict === 'ask'
  return isAsked ? 'approval' : waitsFor
}
