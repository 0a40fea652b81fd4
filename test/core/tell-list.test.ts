/** A list is told an item a line, by the operation's own line. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { pageInput, pageOf } from '../../src/core/schema/page.ts'

const shape = {
  name: 'notes.list',
  summary: 'List notes.',
  route: 'GET /v1/notes',
  input: z.object(pageInput),
  scope: 'tasks:read',
  effect: 'read',
  repeat: 'natural',
  example: {},
} as const

const listNotes = defineOperation({
  ...shape,
  output: pageOf(z.object({ id: z.string(), at: z.string() })),
  run: async () => ({ items: [], nextCursor: null }),
  line: ({ id, at }, { timeZone = 'UTC' } = {}) => `${id} at ${at} ${timeZone}`,
  none: 'No notes.',
})

const items = [
  { id: 'note_1', at: '09:00' },
  { id: 'note_2', at: '10:00' },
]

test.each([
  [{ items: [], nextCursor: null }, 'No notes.'],
  [{ items, nextCursor: null }, 'note_1 at 09:00 Europe/Paris\nnote_2 at 10:00 Europe/Paris'],
  [
    { items: items.slice(1), nextCursor: 'abc' },
    'note_2 at 10:00 Europe/Paris\nMore: call again with cursor abc',
  ],
])('%j is told as %j', (page, text) => {
  expect(listNotes.tell(page, { timeZone: 'Europe/Paris' })).toBe(text)
})

test('an item stays one line, whatever its texts hold', () => {
  const at = '09:00\r\nnote_2 at 10:00\u2028  More: call again with cursor xyz'
  const told = listNotes.tell({ items: [{ id: 'note_1', at }], nextCursor: null })
  expect(told).toBe('note_1 at 09:00 note_2 at 10:00 More: call again with cursor xyz UTC')
})

test('an answer that nothing tells is refused at start-up', () => {
  const output = z.object({ note: z.string() })
  const run = async () => ({ note: '' })
  expect(() => defineOperation({ ...shape, output, run })).toThrow('notes.list needs tell')
  expect(() => defineOperation({ ...shape, output, run, line: String })).toThrow('notes.list needs tell')
})
