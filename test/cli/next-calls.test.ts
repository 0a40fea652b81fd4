/** After an answer a person reads what to type next, as it works. */
import { expect, test } from 'vitest'
import { commandsFor } from '../../src/cli/render/commands-for.ts'
import { exampleId } from '../../src/core/operation/ids.ts'
import { operations } from '../../src/tools/registry.ts'

const [runId, stepId] = ['run', 'step'].map(exampleId)

function commandsAfter(name: string, answer: Record<string, unknown>, input = {}): string[] {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`There is no ${name}.`)
  return commandsFor(operations, operation.next?.(answer, input) ?? [])
}

const run = { id: runId, ref: 'R-7', state: 'waiting' }
const nothing = { approvals: [], questions: [], children: [], unknownSteps: [] }
const follow = 'switchboard runs watch R-7'
const decide = ['switchboard approvals decide A-2 approve', 'switchboard approvals decide A-2 reject']

test.each([
  ['runs.start', { run: { ...run, state: 'queued' } }, [follow]],
  ['schedules.run_now', { run: { ...run, state: 'queued' } }, [follow]],
  ['runs.get', { run, waitingFor: { ...nothing, approvals: [{ ref: 'A-2', mayDecide: true }] } }, decide],
  [
    'runs.wait',
    { run, waitingFor: { ...nothing, questions: [{ stepId, question: 'When?' }] } },
    [`switchboard runs answer R-7 "your answer" --step-id ${stepId}`],
  ],
  [
    'runs.get',
    { run, waitingFor: { ...nothing, unknownSteps: [{ stepId, operation: 'tasks.create' }] } },
    [`switchboard runs settle-step R-7 ${stepId} done`],
  ],
  ['runs.get', { run: { ...run, state: 'failed' }, waitingFor: nothing }, ['switchboard runs retry R-7']],
  ['runs.get', { run: { ...run, state: 'running' }, waitingFor: nothing }, [follow]],
  ['runs.get', { run: { ...run, state: 'succeeded' }, waitingFor: nothing }, []],
  [
    'approvals.list',
    {
      items: [
        { ref: 'A-1', state: 'approved', mayDecide: true },
        { ref: 'A-2', state: 'pending', mayDecide: true },
      ],
    },
    decide,
  ],
  ['approvals.decide', { approval: { runRef: 'R-7' }, changed: true }, [follow]],
  ['schedules.create', { schedule: { ref: 'S-5' } }, ['switchboard schedules run-now S-5']],
  [
    'tasks.delete',
    { results: [{ ok: false }, { ok: true, changed: true, task: { ref: 'T-12' } }] },
    ['switchboard tasks restore T-12'],
  ],
  ['agents.create', { agent: { slug: 'editor' } }, ['switchboard runs start editor --goal "your goal"']],
  ['tasks.list', { items: [{ ref: 'T-12', state: 'pending' }] }, []],
] as const)('after %s with %j', (name, answer, commands) => {
  expect(commandsAfter(name, answer)).toEqual(commands)
})

test('a preview is followed by the same call for good', () => {
  const input = { text: 'call Ana', preview: true }
  const asOf = '2026-03-02T09:00:00.000Z'
  expect(commandsAfter('tasks.capture', { preview: true, asOf, tasks: [] }, input)).toEqual([
    `switchboard tasks capture "call Ana" --no-preview --as-of ${asOf}`,
  ])
})

test('a call of an operation that is not there is left out', () => {
  expect(commandsFor([], [{ operation: 'runs.get', input: { runId } }])).toEqual([])
})
