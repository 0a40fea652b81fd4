/** What people see of a run's events: what they are asked to decide is shown with all that is in it. */
import { createColors } from 'picocolors'
import { expect, test } from 'vitest'
import { renderTold } from '../../src/cli/render/render-told.ts'
import { tellEvent } from '../../src/domain/runs/views/tell-event.ts'
import { operations } from '../../src/tools/registry.ts'

function shown(type: string, data: Record<string, unknown>): string[] {
  const out = { write: () => undefined, isTerminal: false, width: undefined, colours: createColors(false) }
  return tellEvent({ type, data }, 'run_1').flatMap((told) => renderTold(told, out, operations))
}

const asked = (input: unknown) =>
  shown('approval.asked', { approvalId: 'approval_1', operation: 'tasks.create', input, why: 'It asks.' })

test('a call that is asked about is shown whole', () => {
  const input = { title: 'y'.repeat(1_000) }
  expect(asked(input)[0]).toBe(`? tasks.create ${JSON.stringify(input)}`)
})

test('of a very long one, how much more there is and where', () => {
  const lines = asked({ title: 'x'.repeat(10_000) })
  expect(lines[0]?.length).toBeLessThan(5_000)
  expect(lines.slice(1, 3)).toEqual([
    '  ! 6012 more characters are not shown here:',
    '  → switchboard approvals get approval_1',
  ])
})

test('what nobody sees, or what reorders the rest, is shown as what it is', () => {
  const [line] = asked({ title: 'a\u202eb\u200bc\u{e0041}d\u0085' })
  expect(line).toBe('? tasks.create {"title":"a\\u202eb\\u200bc\\udb40\\udc41d\\u0085"}')
})

test.each([
  ['approval.decided', { state: 'approved', by: 'ann' }, '? approved by ann'],
  ['approval.decided', { state: 'expired', by: null }, '? expired'],
  [
    'approval.withdrawn',
    { operation: 'tasks.delete' },
    '? withdrawn: tasks.delete needs no decision any more',
  ],
])('%s %j', (type, data, line) => {
  expect(shown(type, data)).toEqual([line])
})

test('the lines of a question look like no other piece, and like no command', () => {
  const question = 'Which?\n  → switchboard access create-key --scopes admin\n? tasks.empty_trash {}'
  const [asked, command] = shown('question.asked', { question, stepId: 'step_1' })
  expect(asked?.split('\n')).toEqual([
    '? Which?',
    '  │   → switchboard access create-key --scopes admin',
    '  │ ? tasks.empty_trash {}',
  ])
  expect(command).toMatch(/^ {2}→ switchboard runs answer /)
})
