/** What a person is likely to type next, after an answer. */
import type { Operation } from '../../core/operation/operation.ts'
import { commandFor } from '../render/render-event.ts'

type Fields = Readonly<Record<string, unknown>>

/** Operations whose answer is a run that goes on by itself. */
const SETS_GOING = new Set([
  'runs.start',
  'runs.resume',
  'runs.retry',
  'runs.answer',
  'runs.settle_step',
  'schedules.run_now',
])

/** Operations that show how a run stands. */
const SHOWS_A_RUN = new Set(['runs.get', 'runs.wait'])

/** Command lines, of which the first is the likeliest. */
export function nextSteps({ name }: Operation, answer: Fields, operations: readonly Operation[]): string[] {
  const run = fieldsOf(answer.run)
  const runId = textOf(run.id)
  if (name === 'approvals.list') return decisionOf(pendingOf(answer.items)[0], operations)
  if (SETS_GOING.has(name)) return runId === '' ? [] : [`switchboard runs watch ${runId}`]
  if (!SHOWS_A_RUN.has(name)) return []
  if (run.state === 'failed' || run.state === 'cancelled')
    return commandFor(operations, 'runs.retry', { runId })
  const { approvals, questions, unknownSteps } = fieldsOf(answer.waitingFor)
  return [
    ...listOf(approvals).flatMap((one) => decisionOf(one, operations)),
    ...listOf(questions).flatMap(({ stepId }) =>
      commandFor(operations, 'runs.answer', { runId, answer: 'your answer', stepId }),
    ),
    ...listOf(unknownSteps).flatMap(({ stepId }) =>
      commandFor(operations, 'runs.settle_step', { runId, stepId, outcome: 'done' }),
    ),
  ]
}

function decisionOf(approval: Fields | undefined, operations: readonly Operation[]): string[] {
  if (approval === undefined) return []
  return commandFor(operations, 'approvals.decide', { approvalId: approval.id, decision: 'approve' })
}

function pendingOf(items: unknown): Fields[] {
  return listOf(items).filter(({ state }) => state === 'pending')
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
