/** Anybody may write the JSON Schema of an agent's result: neither taking it nor checking an answer by it holds others up. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { checkOutput } from '../../../src/workers/model/check-output.ts'
import { cases } from '../../support/form.ts'
import { openRunWorld, type RunWorld } from '../../workers/run-world.ts'

type Schema = Readonly<Record<string, unknown>>

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld([createAgent])
})
afterAll(() => world.close())

const EDITOR = { role: 'Editor', instructions: 'Be brief.', tools: [] }
const ofField = (a: unknown, more: Schema = {}) => ({ type: 'object', properties: { a }, ...more }) as const

function nested(levels: number): Schema {
  let schema: Schema = { type: 'string' }
  for (let level = 0; level < levels; level += 1) schema = { type: 'array', items: schema }
  return ofField(schema)
}

/** `length` schemas, each of which refers to the one after it. */
function chain(length: number, refs: (next: string) => Schema): Schema {
  const $defs = Object.fromEntries(
    Array.from({ length }, (_, index) => [`d${index}`, refs(`#/$defs/d${index + 1}`)]),
  )
  return ofField({ $ref: '#/$defs/d0' }, { $defs: { ...$defs, [`d${length}`]: { type: 'number' } } })
}

describe('an output schema is refused where it is given', () => {
  test.each<[string, Schema, RegExp]>([
    ['nested 9,000 deep', nested(9_000), /more than 64 levels/],
    ['with a property of 9,000 levels', ofField({ default: nested(9_000) }), /more than 64 levels/],
    ['longer than anybody writes', ofField({ enum: Array(3_000).fill('longer') }), /20000 characters/],
    ['with a reference to itself', { type: 'object', $ref: '#' }, /leads back to itself/],
    ['with references in a circle', chain(3, () => ({ $ref: '#/$defs/d0' })), /leads back to itself/],
    [
      'that refers to itself by an alternative',
      chain(1, () => ({ anyOf: [{ $ref: '#/$defs/d0' }] })),
      /itself/,
    ],
    ['with references that go on and on', chain(90, ($ref) => ({ $ref })), /more than 64/],
    ['with a reference to nothing', ofField({ $ref: '#/$defs/none' }), /#\/\$defs\/none.*not a schema/],
    ['with a reference to elsewhere', ofField({ $ref: 'https://example.com/s.json' }), /not a schema in it/],
    ['with a text that no model writes', ofField({ minLength: 1e9 }), /minLength: must be 50000 or less/],
    ['with more items than a model gives', ofField({ minItems: 1e9 }), /minItems: must be 10000 or less/],
    ['with a pattern that is none', ofField({ pattern: '(' }), /pattern: must be a regular expression/],
    ['with a misspelt keyword', ofField({ pattren: 'x' }), /pattren.*nearest is pattern/],
    ['with a type that there is not', ofField({ type: 'txt' }), /type.*must be one of/],
    ['of an older dialect', ofField({}, { $schema: 'http://json-schema.org/draft-04/schema#' }), /dialect/],
  ])('%s', async (_case, outputSchema, message) => {
    const making = world.gateway.invoke(
      createAgent,
      { ...EDITOR, slug: 'refused', outputSchema },
      world.gateway.as(),
    )
    await expect(making).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(message),
    })
  })

  test.each<[string, Schema]>([
    ['refers to itself below a property', ofField({ $ref: '#' })],
    [
      'is of draft 7',
      {
        ...ofField({ $ref: '#/definitions/d' }, { definitions: { d: { type: 'string' } } }),
        $schema: 'http://json-schema.org/draft-07/schema#',
      },
    ],
    [
      'has conditions and formats',
      ofField({ if: { type: 'array' }, else: { not: { items: { format: 'email' } } } }),
    ],
  ])('and taken where it %s', async (name, outputSchema) => {
    const slug = name.replaceAll(/[^a-z0-9]+/g, '-')
    const { output } = await world.gateway.invoke(
      createAgent,
      { ...EDITOR, slug, outputSchema },
      world.gateway.as(),
    )
    expect(output.agent.outputSchema).toEqual(outputSchema)
  })
})

/** Schemas by which checking an answer would take days, with such an answer. */
const SLOW: readonly [string, Schema, string][] = [
  ['a pattern that backtracks', ofField({ type: 'string', pattern: '^(a+)+$' }), `${'a'.repeat(40)}!`],
  ['alternatives of alternatives', chain(20, ($ref) => ({ anyOf: [{ $ref }, { $ref }, { $ref }] })), 'x'],
]

describe('an answer', () => {
  test.each<[string, Schema, unknown, RegExp]>([
    ['lacks a field that is named nowhere else', { type: 'object', required: ['q'] }, { a: 1 }, /"q"/],
    ['breaks a rule that says no type', ofField({ minLength: 3 }), { a: 'x' }, /#\/a: .*short/i],
    ['breaks a part of what it must all be', ofField({ allOf: [{ minimum: 5 }] }), { a: 1 }, /less than 5/],
    ['breaks a pattern of any alphabet', ofField({ pattern: '^\\p{L}+$' }), { a: '1' }, /pattern/],
  ])('that %s is sent back with what is wrong', async (_case, schema, answer, problem) => {
    const checked = await checkOutput(JSON.stringify(answer), { type: 'object', ...schema })
    expect(checked).toEqual({ problem: expect.stringMatching(problem) })
  })

  test.each(['{"a": "Ä\\u0000"}', '```json\n{"a": "Ä\\u0000"}\n```'])(
    'is taken as JSON: %s',
    async (text) => {
      expect(await checkOutput(text, ofField({ pattern: '^\\p{L}' }))).toEqual({ output: { a: 'Ä\uFFFD' } })
    },
  )

  test('that is nested too deep is sent back too', async () => {
    const text = `{"a": ${'['.repeat(9_000)}${']'.repeat(9_000)}}`
    expect(await checkOutput(text, ofField({}))).toEqual({ problem: expect.stringContaining('64 levels') })
  })

  test('of a hundred thousand line breaks after a fence is read at once', async () => {
    const text = `\`\`\`${'\n'.repeat(100_000)}x`
    expect(await checkOutput(text, ofField({}))).toEqual({ problem: 'it is not JSON.' })
  })

  test.each(SLOW.slice(0, cases(1, SLOW.length)))(
    'checked by %s ends its run, asks nothing twice, and holds nobody up',
    async (_case, schema, a) => {
      let turns = 0
      const ticking = setInterval(() => {
        turns += 1
      }, 10)
      world.provider.say({ text: JSON.stringify({ a }) })
      const asked = world.provider.exchanges.length
      const { id } = await world.start({ tools: [], outputSchema: { type: 'object', ...schema } })
      await world.drain(world.worker())
      clearInterval(ticking)

      expect(await world.run(id)).toMatchObject({
        ...{ state: 'failed', reason: 'output_invalid', detail: expect.stringContaining('outputSchema') },
      })
      expect(world.provider.exchanges.length).toBe(asked + 1)
      // It takes a second; who held up the others would take days, and leave them no turn.
      expect(turns).toBeGreaterThan(10)
    },
  )
})
