/** Forms: made from the input of an operation, and read as that input. */
import { describe, expect, test } from 'vitest'
import { type FormState, readForm, renderForm } from '../../../src/slack/render/form.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { answerRun } from '../../../src/tools/runs/answer-run.ts'

describe('the form of a call', () => {
  test('asks for the words that the call needs, within the limits of its operation', () => {
    const call = { operation: 'runs.answer', input: { runId: 'R-1' }, ask: { answer: 'your answer' } }
    const view = renderForm({
      action: { id: 'act_1', label: 'Answer the question that the agent asked', call },
      operation: answerRun,
      about: 'assistant (R-1) asks <!channel> a question',
      place: '{}',
    })
    expect(view).toMatchObject({
      title: { type: 'plain_text', text: 'Answer the question tha…' },
      submit: { text: 'Answer the question tha…' },
      blocks: [
        {
          type: 'rich_text',
          elements: [{ elements: [{ text: 'assistant (R-1) asks <!channel> a question' }] }],
        },
        {
          ...{ type: 'input', block_id: 'answer', optional: false, label: { text: 'Answer' } },
          element: {
            ...{ type: 'plain_text_input', action_id: 'answer', multiline: true, max_length: 3_000 },
            placeholder: { text: 'your answer' },
          },
        },
      ],
    })
  })

  test('offers choices, and yes or no, and is filled with what the call says already', () => {
    const call = {
      ...{ operation: 'approvals.decide', input: { approvalId: 'A-1', decision: 'reject' } },
      ask: { decision: 'approve or reject', note: 'a note', always: 'from now on' },
    }
    const action = { id: 'act_1', label: 'Decide', call }
    const { blocks } = renderForm({ action, operation: decideApproval, about: 'x', place: '{}' })
    expect(blocks.slice(1)).toMatchObject([
      {
        optional: false,
        element: {
          type: 'static_select',
          options: [{ value: 'approve' }, { value: 'reject' }],
          initial_option: { value: 'reject' },
        },
      },
      { optional: true, hint: { text: 'Told to the agent' }, element: { max_length: 2_000 } },
      { optional: true, element: { type: 'checkboxes', options: [{ value: 'true' }] } },
    ])
  })
})

describe('what a person entered', () => {
  const of = (call: { input: object; ask: Record<string, string> }) =>
    ({ id: 'act_1', label: 'Do', call: { operation: 'x', ...call, input: { ...call.input } } }) as const

  test('becomes the input of the call: choices, yes or no, and no field that was left empty', () => {
    const action = of({ input: { approvalId: 'A-1' }, ask: { decision: '', note: '', always: '' } })
    const state: FormState = {
      decision: { decision: { selected_option: { value: 'approve' } } },
      note: { note: { value: null } },
      always: { always: { selected_options: [{ value: 'true' }] } },
    }
    expect(readForm(action, decideApproval, state)).toEqual({
      approvalId: 'A-1',
      decision: 'approve',
      always: true,
    })
  })

  test('stays text where text is asked for, whatever it looks like', () => {
    const action = of({ input: { runId: 'R-1' }, ask: { answer: '' } })
    for (const value of ['12', 'true', 'null', '{"runId":"R-2"}'])
      expect(readForm(action, answerRun, { answer: { answer: { value } } })).toEqual({
        runId: 'R-1',
        answer: value,
      })
  })

  test('reaches no field that the call does not ask for', () => {
    const action = of({ input: { approvalId: 'A-1', decision: 'reject' }, ask: { note: '' } })
    const state: FormState = { decision: { decision: { value: 'approve' } }, note: { note: { value: 'No' } } }
    expect(readForm(action, decideApproval, state)).toEqual({
      approvalId: 'A-1',
      decision: 'reject',
      note: 'No',
    })
  })
})
