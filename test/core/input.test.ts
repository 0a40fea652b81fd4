import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseInput } from '../../src/core/call/input.ts'
import { AppError } from '../../src/core/errors.ts'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { isLong } from '../support/form.ts'

const Due = z.object({ date: z.iso.date(), time: z.string().optional() })

const operation = defineOperation({
  name: 'things.create',
  summary: 'Create things.',
  route: 'POST /v1/things',
  input: z.object({
    title: z.string().optional(),
    labels: z.array(z.string()).optional(),
    projectId: z.string().nullable().optional(),
    due: Due.nullable().optional(),
    items: z.array(z.union([z.string(), z.object({ title: z.string(), due: Due.optional() })])).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    open: z.looseObject({ name: z.string() }).optional(),
    bounds: z
      .object({
        name: z.string().min(1).max(2),
        size: z.enum(['small', 'large']),
        count: z.int().min(1).max(5),
        share: z.number().gt(0),
        tags: z.array(z.string()).min(2).max(3),
        startAt: z.iso.datetime(),
        day: z.string().regex(/^\d/, 'must begin with a digit'),
        isOpen: z.boolean(),
      })
      .partial()
      .optional(),
    needs: z.object({ title: z.string(), size: z.enum(['small', 'large']) }).optional(),
  }),
  output: z.object({}),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  example: {},
  run: async () => ({}),
  tell: () => '',
})

function issuesOf(input: unknown) {
  try {
    parseInput(operation, input)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return error.issues ?? []
    throw error
  }
  return []
}

describe('an input', () => {
  test('is refused when it names a field that does not exist, with the nearest one', () => {
    expect(issuesOf({ lables: ['a'] })).toEqual([
      { path: 'lables', message: 'unknown field; the nearest is labels' },
    ])
    expect(issuesOf({ project: 'x' })).toEqual([
      { path: 'project', message: 'unknown field; the nearest is projectId' },
    ])
  })

  test('is refused with the list of fields when none is near', () => {
    expect(issuesOf({ due: { date: '2026-01-02', zone: 'UTC' } })).toEqual([
      { path: 'due.zone', message: 'unknown field; there are date, time' },
    ])
  })

  test('names unknown fields at any depth, together with what else is wrong', () => {
    expect(issuesOf({ title: 1, items: ['plain', { title: 'x', deu: null }] })).toEqual([
      { path: 'title', message: 'must be text' },
      { path: 'items.1.deu', message: 'unknown field; the nearest is due' },
    ])
  })

  test.each([
    [{ name: 1 }, 'must be text'],
    [{ name: '' }, 'must not be empty'],
    [{ name: 'abc' }, 'must have at most 2 characters'],
    [{ size: 'huge' }, 'must be one of small, large'],
    [{ count: '5' }, 'must be a number'],
    [{ count: 1.5 }, 'must be a whole number'],
    [{ count: 0 }, 'must be 1 or more'],
    [{ count: 6 }, 'must be 5 or less'],
    [{ share: 0 }, 'must be more than 0'],
    [{ tags: 5 }, 'must be a list'],
    [{ tags: 'home' }, 'must be a list'],
    [{ tags: '' }, 'must be a list'],
    [{ name: ['a', 'b', 'c'] }, 'must be text'],
    [{ name: [] }, 'must be text'],
    [{ tags: ['a'] }, 'must have at least 2 items'],
    [{ startAt: 'tomorrow' }, 'must be a moment such as 2027-03-31T08:30:00Z'],
    [{ day: 'monday' }, 'must begin with a digit'],
    [{ isOpen: 'maybe' }, 'must be true or false'],
  ])('is refused with what its field %j must be: %s', (bounds, message) => {
    const [path] = Object.keys(bounds)
    expect(issuesOf({ bounds })).toEqual([{ path: `bounds.${path}`, message }])
  })

  test.each([
    [5, 'must be text or an object'],
    [[], 'must be text or an object'],
    [{}, 'is missing', 'title'],
    [{ title: 5 }, 'must be text', 'title'],
    [{ title: 'x', due: { date: 'soon' } }, 'must be a day such as 2027-03-31', 'due.date'],
  ])('is refused by what a union takes: %j %s', (item, message, path = '') => {
    expect(issuesOf({ items: [item] })).toEqual([
      { path: ['items', '0', path].filter(Boolean).join('.'), message },
    ])
  })

  test('is refused for each field that is missing', () => {
    expect(issuesOf({ needs: {} })).toEqual([
      { path: 'needs.title', message: 'is missing' },
      { path: 'needs.size', message: 'is missing' },
    ])
  })

  test('may hold anything where its schema says so', () => {
    expect(issuesOf({ metadata: { any: { thing: 1 } }, open: { name: 'x', more: 1 }, due: null })).toEqual([])
  })

  test('says in its JSON schema that objects are closed', () => {
    expect(operation.inputSchema.additionalProperties).toBe(false)
    expect(operation.inputSchema.properties?.metadata).toMatchObject({ additionalProperties: {} })
  })

  test.runIf(isLong)('of a hundred thousand unknown fields is refused briefly', () => {
    const input = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`x${index}`, index]))
    expect(issuesOf(input).length).toBe(20)
  })

  test('that passes has every field it was given, whatever it was', () => {
    const anyInput = fc.oneof(fc.anything(), fc.record({ title: fc.string(), due: fc.anything() }))
    fc.assert(
      fc.property(anyInput, (input) => {
        if (issuesOf(input).length > 0) return
        const parsed = parseInput(operation, input)
        expect(Object.keys(parsed).sort()).toEqual(Object.keys(input ?? {}).sort())
      }),
    )
  })
})
