/** What people are notified of, as messages in Slack. */
import { describe, expect, test } from 'vitest'
import { approvalMessages } from '../../../src/domain/runs/approvals/approval-messages.ts'
import { renderNotes } from '../../../src/slack/render/render-note.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'

const operations = [decideApproval, getApproval]
const [message] = approvalMessages
if (message === undefined) throw new Error('people are told of approvals')

const payload = {
  agent: 'assistant',
  runRef: 'R-3',
  operation: 'tasks.delete',
  ref: 'A-2',
  approvalId: 'approval_1',
}
const note = {
  ...{ message, payload, details: ['{"taskIds":["<!channel>"]}', 'Goal: Tidy *up*'] },
  at: new Date('2026-11-30T09:42:00Z'),
  actions: message.actions(payload).map((action, place) => ({ ...action, id: `act_${place}` })),
}
const reader = { timeZone: 'Europe/Zurich' }
const text = (said: string, style?: object) => ({ type: 'text', text: said, ...(style && { style }) })
const section = (element: object) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [element] }],
})

describe('a note', () => {
  test('has its sentence, the exact call, the moment in the time zone of its reader, and its buttons', () => {
    const [shown, ...others] = renderNotes([note], reader, { operations })
    expect(others).toEqual([])
    const said = 'assistant (R-3) asks for your approval of tasks.delete (A-2)'
    expect(shown?.blocks.slice(0, 4)).toEqual([
      section(text(said, { bold: true })),
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [text('{"taskIds":["<!channel>"]}')] }],
      },
      section(text('Goal: Tidy *up*')),
      section(text('Monday 30 November at 10:42', { italic: true })),
    ])
    expect(shown?.blocks[4]).toMatchObject({
      elements: [
        { text: { text: 'Approve' }, style: 'primary' },
        { text: { text: 'Reject' } },
        { text: { text: 'Show' } },
        { options: [{ value: 'act_0' }, { value: 'act_1' }] },
      ],
    })
    expect(shown?.text).toBe(
      `${said}\n{"taskIds":["&lt;!channel&gt;"]}\nGoal: Tidy *up*\nMonday 30 November at 10:42`,
    )
  })

  test('that has ended says how, and has no buttons', () => {
    const [shown] = renderNotes([{ ...note, ended: 'Approved by Ada, 10:42' }], reader, { operations })
    expect(shown?.blocks.map(({ type }) => type)).not.toContain('actions')
    expect(shown?.text).toContain('Approved by Ada, 10:42')
  })
})
