import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from '../../src/core/schema/json-schema.ts'
import { readWords } from '../../src/core/schema/words.ts'

const Input = z.object({
  text: z.string().optional(),
  limit: z.int().default(5),
  score: z.number().optional(),
  open: z.boolean().optional(),
  status: z.enum(['open', 'done']).optional(),
  priority: z.union([z.literal(1), z.literal(2)]).optional(),
  projectId: z.string().nullable().optional(),
  minutes: z.int().nullable().optional(),
  labels: z.array(z.string()).optional(),
  priorities: z.array(z.int()).optional(),
  due: z.object({ date: z.string(), time: z.string().optional() }).optional(),
  when: z.union([z.string(), z.object({ date: z.string() })]).optional(),
  tasks: z.array(z.union([z.string(), z.object({ title: z.string() })])).optional(),
  states: z.union([z.enum(['open', 'done']), z.array(z.enum(['open', 'done']))]).optional(),
  anything: z.unknown().optional(),
})

const schema = z.toJSONSchema(Input, { io: 'input', reused: 'inline' }) as unknown as JsonSchema

const read = (words: Record<string, string[]>) => readWords(schema, words)

describe('readWords', () => {
  test.each([
    ['text stays text', { text: ['12'] }, { text: '12' }],
    ['numbers', { limit: ['-3'], score: ['1.5e2'] }, { limit: -3, score: 150 }],
    ['a boolean', { open: ['false'] }, { open: false }],
    ['a boolean in digits', { open: ['1'] }, { open: true }],
    ['a choice', { status: ['done'] }, { status: 'done' }],
    ['a choice of numbers', { priority: ['2'] }, { priority: 2 }],
    [
      'null where it is allowed',
      { projectId: ['null'], minutes: ['null'] },
      { projectId: null, minutes: null },
    ],
    ['null as text where it is not', { text: ['null'] }, { text: 'null' }],
    ['a value of a nullable field', { minutes: ['10'] }, { minutes: 10 }],
    ['a repeated array', { labels: ['home', 'work'] }, { labels: ['home', 'work'] }],
    ['an array with commas', { labels: ['home, work,'] }, { labels: ['home', 'work'] }],
    ['an array as JSON text', { labels: ['["a,b"]'] }, { labels: ['a,b'] }],
    ['an empty array', { labels: [''] }, { labels: [] }],
    ['an array of numbers', { priorities: ['1,2', '3'] }, { priorities: [1, 2, 3] }],
    ['an object as JSON text', { due: ['{"date":"2026-01-02"}'] }, { due: { date: '2026-01-02' } }],
    ['an object of a union', { when: ['{"date":"2026-01-02"}'] }, { when: { date: '2026-01-02' } }],
    ['text of a union', { when: ['tomorrow'] }, { when: 'tomorrow' }],
    [
      'items that may hold commas are not cut',
      { tasks: ['Buy milk, eggs', '{"title":"Call"}'] },
      { tasks: ['Buy milk, eggs', { title: 'Call' }] },
    ],
    ['one or several: one', { states: ['open'] }, { states: 'open' }],
    ['one or several: several', { states: ['open,done'] }, { states: ['open', 'done'] }],
  ])('reads %s', (_what, words, expected) => {
    expect(read(words)).toEqual(expected)
    expect(Input.safeParse(read(words)).success).toBe(true)
  })

  test.each([
    ['a number that is none', { limit: ['ten'] }, 'limit'],
    ['a boolean that is none', { open: ['maybe'] }, 'open'],
    ['a choice that is none', { status: ['opne'] }, 'status'],
    ['a single value given twice', { limit: ['1', '2'] }, 'limit'],
    ['broken JSON', { due: ['{"date":'] }, 'due'],
    ['an array for an object', { due: ['[1]'] }, 'due'],
    ['one bad item', { priorities: ['1,x'] }, 'priorities'],
  ])('leaves %s to the schema, which names the field', (_what, words, field) => {
    const parsed = Input.safeParse(read(words))
    expect(parsed.success).toBe(false)
    expect(parsed.error?.issues[0]?.path[0]).toBe(field)
  })

  test('keeps a name that the schema does not know', () => {
    expect(read({ lables: ['a'], constructor: ['x'], ['__proto__']: ['y'] })).toEqual(
      Object.fromEntries([
        ['lables', 'a'],
        ['constructor', 'x'],
        ['__proto__', 'y'],
      ]),
    )
  })

  test('never throws and never loses a name, whatever the words', () => {
    const name = fc.oneof(fc.constantFrom(...Object.keys(Input.shape)), fc.string())
    const word = fc.oneof(fc.string(), fc.json(), fc.constantFrom('null', 'true', '', ',', '1e999', '[', '{'))
    fc.assert(
      fc.property(fc.dictionary(name, fc.array(word, { maxLength: 3 })), (words) => {
        expect(Object.keys(read(words)).sort()).toEqual(Object.keys(words).sort())
      }),
    )
  })

  test('returns what was written as words', () => {
    const input = fc.record(
      {
        text: fc.string(),
        limit: fc.integer(),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        open: fc.boolean(),
        status: fc.constantFrom('open', 'done'),
        minutes: fc.option(fc.integer(), { nil: null }),
        labels: fc.array(fc.string()),
        due: fc.record({ date: fc.string() }),
        tasks: fc.array(fc.record({ title: fc.string() })),
      },
      { requiredKeys: [] },
    )
    const write = (value: unknown) => [typeof value === 'string' ? value : JSON.stringify(value)]
    fc.assert(
      fc.property(input, (value) => {
        const words = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, write(field)]))
        expect(read(words)).toEqual(value)
      }),
    )
  })
})
