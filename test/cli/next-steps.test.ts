/** After an answer a person reads what to type next, as it works. */
import { expect, test } from 'vitest'
import { nextSteps } from '../../src/cli/commands/next-steps.ts'
import { durationText } from '../../src/cli/render/duration.ts'
import { EXAMPLE_IDS } from '../../src/core/operation/ids.ts'
import { operations } from '../../src/tools/registry.ts'

const { run: runId, step: stepId, approval: approvalId } = EXAMPLE_IDS

function stepsAfter(name: string, answer: Record<string, unknown>): string[] {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`There is no ${name}.`)
  return nextSteps(operation, answer, operations)
}

const run = { id: runId, state: 'waiting' }
const nothing = { approvals: [], questions: [], children: [], unknownSteps: [] }

test.each([
  ['runs.start', { run: { id: runId, state: 'queued' } }, [`switchboard runs watch ${runId}`]],
  [
    'runs.get',
    { run, waitingFor: { ...nothing, approvals: [{ id: approvalId }] } },
    [`switchboard approvals decide ${approvalId} approve`],
  ],
  [
    'runs.wait',
    { run, waitingFor: { ...nothing, questions: [{ stepId, question: 'When?' }] } },
    [`switchboard runs answer ${runId} "your answer" --step-id ${stepId}`],
  ],
  [
    'runs.get',
    { run, waitingFor: { ...nothing, unknownSteps: [{ stepId, operation: 'tasks.create' }] } },
    [`switchboard runs settle-step ${runId} ${stepId} done`],
  ],
  [
    'runs.get',
    { run: { ...run, state: 'failed' }, waitingFor: nothing },
    [`switchboard runs retry ${runId}`],
  ],
  ['runs.get', { run: { ...run, state: 'running' }, waitingFor: nothing }, []],
  [
    'approvals.list',
    {
      items: [
        { id: 'approval_old', state: 'approved' },
        { id: approvalId, state: 'pending' },
      ],
    },
    [`switchboard approvals decide ${approvalId} approve`],
  ],
  ['tasks.list', { items: [{ id: EXAMPLE_IDS.task, state: 'pending' }] }, []],
] as const)('after %s with %j', (name, answer, steps) => {
  expect(stepsAfter(name, answer)).toEqual(steps)
})

test.each([
  [1500, '1.5 s'],
  [670_700, '11 min 10 s'],
  [3 * 3_600_000 + 5 * 60_000 + 1, '3 h 5 min'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
