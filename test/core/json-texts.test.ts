import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { toSchema } from '../../src/core/schema/json-schema.ts'
import { readJsonObject, readJsonTexts } from '../../src/core/schema/json-texts.ts'
import { cases } from '../support/form.ts'

const Item = z.object({
  title: z.string(),
  minutes: z.int().nullable().optional(),
  done: z.boolean().optional(),
})

const Input = z.object({
  limit: z.int().max(100).optional(),
  share: z.number().optional(),
  open: z.boolean().optional(),
  name: z.string().optional(),
  note: z.string().nullable().optional(),
  sort: z.enum(['name', '10']).optional(),
  level: z.union([z.literal(1), z.literal(2)]).optional(),
  minutes: z.int().nullable().optional(),
  due: z
    .union([z.string(), z.object({ date: z.string() })])
    .nullable()
    .optional(),
  labels: z.array(z.string()).optional(),
  counts: z.array(z.int()).optional(),
  tasks: z.array(Item).optional(),
  mixed: z.array(z.union([z.string(), Item])).optional(),
  only: Item.optional(),
  shape: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('circle'), radius: z.number() }),
      z.object({ kind: z.literal('square'), side: z.int(), open: z.boolean().optional() }),
    ])
    .optional(),
  scores: z.record(z.string(), z.number()).optional(),
  anything: z.unknown(),
  schema: z.record(z.string(), z.unknown()).nullable().optional(),
  needed: z.string(),
})

const schema = toSchema(Input, 'input')
const read = (input: unknown) => readJsonTexts(schema, input)

describe('a text that is the JSON of the type is read as it', () => {
  test.each<[object, object]>([
    [{ limit: '10' }, { limit: 10 }],
    [{ limit: ' 10 ' }, { limit: 10 }],
    [{ limit: '1e2' }, { limit: 100 }],
    [{ limit: '"10"' }, { limit: 10 }],
    [{ share: '-0.5' }, { share: -0.5 }],
    [{ open: 'true' }, { open: true }],
    [{ open: 'false' }, { open: false }],
    [{ minutes: '5' }, { minutes: 5 }],
    [{ minutes: 'null' }, { minutes: null }],
    [{ level: '2' }, { level: 2 }],
    [{ labels: '["home", "10"]' }, { labels: ['home', '10'] }],
    [{ labels: '[]' }, { labels: [] }],
    [{ counts: ['1', 2, '3'] }, { counts: [1, 2, 3] }],
    [{ counts: '["1", "2"]' }, { counts: [1, 2] }],
    [{ tasks: '[{"title":"a","minutes":"5"}]' }, { tasks: [{ title: 'a', minutes: 5 }] }],
    [
      { tasks: ['{"title":"a"}', { title: '7', done: 'true' }] },
      { tasks: [{ title: 'a' }, { title: '7', done: true }] },
    ],
    [{ only: '{"title":"a","done":"false"}' }, { only: { title: 'a', done: false } }],
    [{ shape: '{"kind":"square","side":"4"}' }, { shape: { kind: 'square', side: 4 } }],
    [{ shape: { kind: 'circle', radius: '1.5' } }, { shape: { kind: 'circle', radius: 1.5 } }],
    [{ scores: { a: '1', b: 2 } }, { scores: { a: 1, b: 2 } }],
    [{ schema: '{"type":"object"}' }, { schema: { type: 'object' } }],
    [{ schema: 'null' }, { schema: null }],
    [{ limit: '500' }, { limit: 500 }],
    [{ limit: '1.5' }, { limit: 1.5 }],
  ])('%j', (input, meant) => {
    expect(read(input)).toEqual(meant)
    expect(read(JSON.stringify(input))).toEqual(meant)
    expect(read(JSON.stringify(JSON.stringify(input)))).toEqual(meant)
    expect(read(meant)).toBe(meant)
  })
})

describe('null is left out where the field does not take it and may be absent', () => {
  test.each<[object, object]>([
    [{ limit: null, name: null, labels: null, due: null }, { due: null }],
    [{ tasks: [{ title: 'a', done: null, minutes: null }] }, { tasks: [{ title: 'a', minutes: null }] }],
    [
      { anything: null, note: null },
      { anything: null, note: null },
    ],
  ])('%j', (input, meant) => {
    expect(read(input)).toEqual(meant)
  })
})

describe('what leaves a doubt stays as it is', () => {
  test.each<object>([
    { name: '10' },
    { name: 'null' },
    { note: 'null' },
    { name: '{"a":1}' },
    { sort: '10' },
    { due: '{"date":"2027-01-02"}' },
    { mixed: ['{"title":"a"}', '10'] },
    { anything: '10' },
    { schema: { minimum: '1', const: null } },
    { limit: 'ten' },
    { limit: '' },
    { limit: '0x10' },
    { limit: 'Infinity' },
    { limit: '[1]' },
    { limit: '9007199254740993' },
    { open: 'yes' },
    { open: '1' },
    { labels: 'home' },
    { labels: '{"a":1}' },
    { tasks: '[{"title":"a"' },
    { only: '[]' },
    { needed: null },
    { counts: [null] },
    { shape: { kind: 'star', side: '4' } },
    { unknown: '10', constructor: null, ['__proto__']: '1' },
    JSON.parse('{"__proto__": {"limit": "1"}, "toString": null}'),
  ])('%j', (input) => {
    expect(read(input)).toBe(input)
  })
})

test('reading is done once: what was read reads as itself, and nothing valid is changed', () => {
  const value = fc.record(
    {
      limit: fc.integer({ max: 100 }),
      open: fc.boolean(),
      name: fc.oneof(fc.string(), fc.json()),
      labels: fc.array(fc.oneof(fc.string(), fc.json())),
      due: fc.oneof(fc.string(), fc.json(), fc.record({ date: fc.json() }), fc.constant(null)),
      tasks: fc.array(fc.record({ title: fc.json(), minutes: fc.option(fc.integer()) })),
      anything: fc.jsonValue(),
      needed: fc.json(),
    },
    { requiredKeys: ['needed'] },
  )
  fc.assert(
    fc.property(value, (valid) => {
      expect(read(valid)).toBe(valid)
      const spelled = Object.fromEntries(
        Object.entries(valid).map(([name, field]) => [
          name,
          ['limit', 'open', 'labels', 'tasks'].includes(name) ? JSON.stringify(field) : field,
        ]),
      )
      expect(read(spelled)).toEqual(valid)
    }),
    { numRuns: cases(100, 2_000) },
  )
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      const once = read(anything)
      expect(read(once)).toEqual(once)
    }),
    { numRuns: cases(100, 2_000) },
  )
})

test.each([
  ['{"a":1}', { a: 1 }],
  [JSON.stringify('{"a":1}'), { a: 1 }],
  ['[1]', undefined],
  ['null', undefined],
  ['{"a":', undefined],
  ['', undefined],
])('the object in %j is %j', (text, object) => {
  expect(readJsonObject(text)).toEqual(object)
})
