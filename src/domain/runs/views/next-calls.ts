/** What a person is likely to do next about a run, by its state. */
import type { NextCall } from '../../../core/operation/next-call.ts'
import type { Run } from '../run.ts'
import type { WaitingFor } from './store.ts'

/** A run at work is followed, one that did not succeed is retried, and a waiting run is given what it waits for. */
export function nextForRun(
  { ref: runId, state }: Pick<Run, 'ref' | 'state'>,
  waits?: WaitingFor,
): NextCall[] {
  if (state === 'succeeded') return []
  if (state === 'failed' || state === 'cancelled') return [{ operation: 'runs.retry', input: { runId } }]
  const answers = waits === undefined ? [] : answersTo(runId, waits)
  return answers.length > 0 ? answers : [followRun(runId)]
}

function answersTo(runId: string, { approvals, questions, unknownSteps }: WaitingFor): NextCall[] {
  return [
    ...approvals.filter(({ mayDecide }) => mayDecide).flatMap(({ ref }) => decideApproval(ref)),
    ...questions.map(({ stepId }) => answerQuestion(runId, stepId)),
    ...unknownSteps.map(({ stepId }) => ({
      operation: 'runs.settle_step',
      input: { runId, stepId, outcome: 'done' },
    })),
  ]
}

/** Reads the run's log; doors that can stream show it live. */
export function followRun(runId: string): NextCall {
  return { operation: 'runs.events', input: { runId } }
}

/** Both ways to decide. */
export function decideApproval(approvalId: string): NextCall[] {
  return ['approve', 'reject'].map((decision) => ({
    operation: 'approvals.decide',
    input: { approvalId, decision },
  }))
}

/** `stepId`: which question, if the run asks several. */
export function answerQuestion(runId: string, stepId: string | undefined): NextCall {
  const input = stepId === undefined ? { runId } : { runId, stepId }
  return { operation: 'runs.answer', input, ask: { answer: 'your answer' } }
}
