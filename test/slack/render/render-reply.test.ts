/** Replies in Slack: within its limits, with every word, and without a mention, link or format that data brought. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Table } from '../../../src/core/operation/description.ts'
import { escapeText, fallbackText } from '../../../src/domain/slack/escape.ts'
import type { ShownAction } from '../../../src/slack/render/action-parts.ts'
import type { SlackMessage } from '../../../src/slack/render/message.ts'
import { renderReply } from '../../../src/slack/render/render-reply.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { erasePerson } from '../../../src/tools/people/erase-person.ts'
import { cases } from '../../support/form.ts'
import { charsIn, countTables, problemsOfMessage } from '../../support/slack/blocks/validate.ts'

const operations = [decideApproval, erasePerson]

const INJECTIONS = [
  '<!channel>',
  '<@U12345>',
  '<!subteam^S1|all>',
  '<http://evil.example|click>',
  '*bold* _x_ `code` ~gone~',
  '&lt;!here&gt;',
  ':tada: @channel #general http://evil.example',
]

const words = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom(...INJECTIONS))
const text = fc.oneof(
  words,
  fc.array(words, { maxLength: 200 }).map((lines) => lines.join('\n')),
  fc.string({ unit: 'grapheme', minLength: 2_000, maxLength: 9_000 }),
)
const table: fc.Arbitrary<Table> = fc
  .record({
    width: fc.integer({ min: 1, max: 25 }),
    height: fc.integer({ min: 0, max: 120 }),
    cell: words,
    long: text,
  })
  .map(({ width, height, cell, long }) => ({
    columns: Array.from({ length: width }, (_, place) => `column ${place}`),
    rows: Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_unused, x) => (x === 0 && y % 50 === 49 ? long : `${cell} ${y}`)),
    ),
  }))
const actions = fc.array(fc.record({ label: text, isCall: fc.boolean() }), { maxLength: 30 }).map((list) =>
  list.map(
    ({ label, isCall }, place): ShownAction => ({
      id: `act_${place}`,
      label,
      ...(isCall && {
        call: {
          operation: 'approvals.decide',
          input: { approvalId: 'A-1', decision: 'reject' },
          ask: { note: 'a note for the agent' },
        },
      }),
    }),
  ),
)
const reply = fc.record({ text, table: fc.option(table, { nil: undefined }), actions })

/** Every text that Slack shows of blocks. */
function shownIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(shownIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'text' && typeof part === 'string' ? [part] : shownIn(part),
  )
}

function typesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(typesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'type' && typeof part === 'string' ? [part] : typesIn(part),
  )
}

const squeezed = (said: string) => said.replaceAll(/\s+/g, '')
const textOf = (messages: readonly SlackMessage[]) =>
  squeezed(messages.flatMap(({ blocks }) => shownIn(blocks)).join(''))

/** In none of these does Slack read mentions, links or formats. */
const LITERAL = new Set([
  'rich_text',
  'rich_text_section',
  'text',
  'table',
  'raw_text',
  'actions',
  'button',
  'overflow',
  'plain_text',
])

describe('any reply', () => {
  test('becomes messages that Slack takes, has every word, and nothing that Slack would read as its own', () => {
    fc.assert(
      fc.property(reply, (shown) => {
        const messages = renderReply(shown, { operations })
        for (const { text: said, blocks } of messages) {
          expect(problemsOfMessage(blocks)).toEqual([])
          expect(countTables(blocks as Parameters<typeof countTables>[0])).toBeLessThanOrEqual(1)
          expect(charsIn(blocks)).toBeLessThanOrEqual(12_000)
          expect(typesIn(blocks).filter((type) => !LITERAL.has(type))).toEqual([])
          expect(said).not.toBe('')
          expect(said.length).toBeLessThanOrEqual(4_000)
          expect(said.replaceAll(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>&]/)
        }
        const whole = textOf(messages)
        const isTable = messages.some(({ blocks }) => blocks.some(({ type }) => type === 'table'))
        if (!isTable) expect(whole).toContain(squeezed(shown.text))
        const cells = isTable ? (shown.table?.rows.flat() ?? []) : []
        for (const cell of cells) expect(whole).toContain(squeezed(cell))
      }),
      { numRuns: cases(25, 2_000) },
    )
  })

  test.each(INJECTIONS)('shows %s letter for letter', (title) => {
    const [message] = renderReply({ text: title, actions: [{ id: 'act_1', label: title }] }, { operations })
    expect(message?.blocks).toEqual([
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: title }] }],
      },
      {
        type: 'actions',
        elements: [
          {
            ...{ type: 'button', action_id: 'act_1', value: 'act_1' },
            text: { type: 'plain_text', text: title, emoji: false },
          },
        ],
      },
    ])
    expect(message?.text).toBe(escapeText(title))
  })
})

describe('a text', () => {
  test('is as safe when it is escaped in pieces: no mention arises where two of them meet', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(words, fc.constantFrom('<', '!channel', '>', '&', 'lt;', '<@', 'U1>'))),
        (pieces) => {
          const joined = pieces.map(escapeText).join('')
          expect(joined).toBe(escapeText(pieces.join('')))
          expect(joined).not.toMatch(/[<>]/)
        },
      ),
      { numRuns: cases(40, 2_000) },
    )
  })

  test('that is long is cut for notifications, never within an entity', () => {
    const said = fallbackText('<'.repeat(5_000))
    expect(said.length).toBeLessThanOrEqual(4_000)
    expect(said).toMatch(/^(&lt;)+…$/)
  })
})

describe('a table', () => {
  test('is one of Slack, with headings, numbers at the right and wide columns that break lines', () => {
    const [message] = renderReply(
      {
        text: '2 tasks',
        table: {
          columns: ['ref', 'title', 'minutes'],
          rows: [
            ['T-1', 'Call the bank about the account that they closed', '15'],
            ['T-2', '', '120'],
          ],
        },
        actions: [],
      },
      { operations },
    )
    const cell = (said: string) => ({ type: 'raw_text', text: said })
    expect(message?.blocks[0]).toEqual({
      type: 'table',
      rows: [
        ['ref', 'title', 'minutes'].map(cell),
        ['T-1', 'Call the bank about the account that they closed', '15'].map(cell),
        ['T-2', '\u2060\u00a0', '120'].map(cell),
      ],
      column_settings: [
        { align: 'left', is_wrapped: false },
        { align: 'left', is_wrapped: true },
        { align: 'right', is_wrapped: false },
      ],
    })
    expect(message?.text).toBe(
      'ref: T-1 · title: Call the bank about the account that they closed · minutes: 15\nref: T-2 · minutes: 120',
    )
  })

  test.each(['__proto__', 'constructor', 'toString'])('shows a cell that says %s', (said) => {
    const [message] = renderReply(
      { text: '', table: { columns: ['x'], rows: [[said]] }, actions: [] },
      { operations },
    )
    expect(JSON.stringify(message?.blocks)).toContain(`"text":"${said}"`)
  })

  test('that is too long for one message goes on in the next, under its headings again', () => {
    const rows = Array.from({ length: 230 }, (_, place) => [`T-${place}`])
    const messages = renderReply({ text: '', table: { columns: ['ref'], rows }, actions: [] }, { operations })
    expect(messages.map(({ blocks: [block] }) => block?.type === 'table' && block.rows.length)).toEqual([
      100, 100, 33,
    ])
  })
})

describe('an action', () => {
  test('that destroys something is asked about first, in Slack', () => {
    const call = { operation: 'people.erase', input: { personId: 'ada' } }
    const [message] = renderReply(
      { text: 'x', actions: [{ id: 'act_1', label: 'Delete', call }] },
      { operations },
    )
    expect(message?.blocks[1]).toMatchObject({
      elements: [{ style: 'danger', confirm: { text: { text: 'This cannot be undone.' } } }],
    })
  })

  test('that takes words but needs none is one button, and one line of a menu for those who have words', () => {
    const call = {
      operation: 'approvals.decide',
      input: { approvalId: 'AP-1', decision: 'reject' },
      ask: { note: 'a note for the agent' },
    }
    const [message] = renderReply(
      { text: 'x', actions: [{ id: 'act_1', label: 'Reject', call }] },
      { operations },
    )
    expect(message?.blocks[1]).toMatchObject({
      elements: [
        { type: 'button', text: { text: 'Reject' } },
        {
          type: 'overflow',
          options: [{ value: 'act_1', text: { text: 'Reject with a note for the agent …' } }],
        },
      ],
    })
  })
})
