/** After an answer a person reads what to type next, as it works. */
import { expect, test } from 'vitest'
import { commandsFor } from '../../src/cli/render/commands-for.ts'
import { exampleId } from '../../src/core/operation/ids.ts'
import { operations } from '../../src/tools/registry.ts'

const [runId, stepId, approvalId, scheduleId, taskId] = ['run', 'step', 'approval', 'schedule', 'task'].map(
  exampleId,
)

function commandsAfter(name: string, answer: Record<string, unknown>, input = {}): string[] {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`There is no ${name}.`)
  return commandsFor(operations, operation.next?.(answer, input) ?? [])
}

const run = { id: runId, state: 'waiting' }
const nothing = { approvals: [], questions: [], children: [], unknownSteps: [] }
const follow = `switchboard runs watch ${runId}`
const decide = [
  `switchboard approvals decide ${approvalId} approve`,
  `switchboard approvals decide ${approvalId} reject`,
]

test.each([
  ['runs.start', { run: { id: runId, state: 'queued' } }, [follow]],
  ['schedules.run_now', { run: { id: runId, state: 'queued' } }, [follow]],
  ['runs.get', { run, waitingFor: { ...nothing, approvals: [{ id: approvalId }] } }, decide],
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
  ['runs.get', { run: { ...run, state: 'running' }, waitingFor: nothing }, [follow]],
  ['runs.get', { run: { ...run, state: 'succeeded' }, waitingFor: nothing }, []],
  [
    'approvals.list',
    {
      items: [
        { id: 'approval_old', state: 'approved' },
        { id: approvalId, state: 'pending' },
      ],
    },
    decide,
  ],
  ['approvals.decide', { approval: { runId }, changed: true }, [follow]],
  ['schedules.create', { schedule: { id: scheduleId } }, [`switchboard schedules run-now ${scheduleId}`]],
  [
    'tasks.delete',
    { results: [{ ok: false }, { ok: true, changed: true, task: { id: taskId } }] },
    [`switchboard tasks restore ${taskId}`],
  ],
  ['agents.create', { agent: { slug: 'editor' } }, ['switchboard runs start editor --goal "your goal"']],
  ['tasks.list', { items: [{ id: taskId, state: 'pending' }] }, []],
] as const)('after %s with %j', (name, answer, commands) => {
  expect(commandsAfter(name, answer)).toEqual(commands)
})

test('a preview is followed by the same call for good', () => {
  const input = { text: 'call Ana', preview: true }
  expect(commandsAfter('tasks.capture', { preview: true, tasks: [] }, input)).toEqual([
    'switchboard tasks capture "call Ana" --no-preview',
  ])
})

test('a call of an operation that is not there is left out', () => {
  expect(commandsFor([], [{ operation: 'runs.get', input: { runId } }])).toEqual([])
})
