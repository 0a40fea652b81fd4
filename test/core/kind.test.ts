/** References as they are read: every spelling of a number of the right kind, and nothing else. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { resolveReferences } from '../../src/core/call/resolve-references.ts'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { exampleId, newId } from '../../src/core/operation/ids.ts'
import {
  defineKind,
  type Finder,
  idOrRef,
  isId,
  type Kind,
  readReference,
  refOf,
} from '../../src/core/operation/kind.ts'

/** References are found by `find` alone. */
const NEVER_ASKED = {} as Kind['sight']

const kindWith = (letters: string, find: Kind['find'] = async () => []) =>
  defineKind({ name: letters.toLowerCase(), letters, find, sight: NEVER_ASKED })

const letters = fc.stringMatching(/^[A-Z]{1,3}$/)
const numbers = fc.integer({ min: 1, max: 999_999_999_999_999 })
const anyCase = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toLowerCase(),
)

describe('a reference', () => {
  test('is read in any case, with and without its hyphen, and as a bare number', () => {
    fc.assert(
      fc.property(letters, numbers, anyCase, (some, number, inCase) => {
        const kind = kindWith(some)
        for (const text of [refOf(kind, number), `${some}${number}`, String(number)]) {
          expect(readReference(kind, inCase(text))).toBe(number)
          expect(idOrRef(kind).safeParse(inCase(text)).success).toBe(true)
          expect(isId(idOrRef(kind), inCase(text))).toBe(false)
        }
      }),
    )
  })

  test('of another kind is refused', () => {
    fc.assert(
      fc.property(letters, letters, numbers, (one, other, number) => {
        fc.pre(one !== other)
        expect(readReference(kindWith(one), refOf(kindWith(other), number))).toBeUndefined()
      }),
    )
  })

  test('is nothing but letters and a number: any text that is read, is written the same', () => {
    const kind = kindWith('T')
    const near = fc.stringMatching(/^[Tt]?[-–−]?[0-9+.,eE _\n٣-]{0,25}$/)
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        const number = readReference(kind, text)
        if (number === undefined) return
        expect([`T-${number}`, `T${number}`, `${number}`]).toContain(text.toUpperCase())
        expect(Number.isSafeInteger(number) && number > 0).toBe(true)
      }),
    )
  })

  const bad = [
    'T-',
    'T',
    'T-0',
    '0',
    'T-01',
    'T-1.5',
    'T--1',
    '-1',
    'T-1e3',
    'X-12',
    'P-3',
    'T- 1',
    ' T-1',
    '',
  ]
  test.each([...bad, 'T-99999999999999999999', `${exampleId('t')}x`])('is not %j', (text) => {
    const { error } = idOrRef(kindWith('T')).safeParse(text)
    expect(error?.issues.map(({ message }) => message)).toEqual([
      `must be a reference such as T-12, or an id such as ${exampleId('t')}`,
    ])
  })

  test('leaves ids as they are', () => {
    const kind = kindWith('T')
    const id = newId('t')
    expect(idOrRef(kind).parse(id)).toBe(id)
    expect(isId(idOrRef(kind), id)).toBe(true)
    expect(readReference(kind, id)).toBeUndefined()
  })
})

test.each(['', 't', 'TASK', 'T1', 'T-'])('the letters of a kind cannot be %j', (some) => {
  expect(() => kindWith(some)).toThrow('one to three capitals')
})

describe('an input', () => {
  const asked: number[][] = []
  const finder =
    (prefix: string): Kind['find'] =>
    async (_ctx, sought) => {
      asked.push([...sought])
      return sought.filter((number) => number < 100).map((number) => ({ number, id: `${prefix}_${number}` }))
    }
  const [tasks, projects] = [kindWith('T', finder('t')), kindWith('P', finder('p'))]
  const ctx = { actor: LOCAL_PERSON } as Finder

  test('has its references replaced wherever they stand, by one look-up a kind', async () => {
    const schema = z.object({
      tasks: z.array(z.object({ after: z.array(idOrRef(tasks)), in: idOrRef(projects).nullish() })),
      named: z.record(z.string(), idOrRef(tasks)),
      either: z.union([z.object({ ids: z.array(idOrRef(tasks)).default([]) }), z.literal('all')]),
      title: z.string(),
    })
    asked.length = 0
    const input = {
      tasks: [{ after: ['T-1', 't2'], in: 'P-1' }, { after: ['T-1', 'T-100'] }],
      named: { T: '3' },
      either: { ids: ['4'] },
      title: 'T-5',
    }
    const before = structuredClone(input)
    expect(await resolveReferences(schema, input, ctx)).toEqual({
      tasks: [{ after: ['t_1', 't_2'], in: 'p_1' }, { after: ['t_1', 'T-100'] }],
      named: { T: 't_3' },
      either: { ids: ['t_4'] },
      title: 'T-5',
    })
    expect(asked).toHaveLength(2)
    expect(asked).toContainEqual([1])
    expect(input).toEqual(before)
  })

  test('keeps a bare number where it could be of two kinds', async () => {
    const schema = z.object({ about: z.array(z.union([idOrRef(tasks), idOrRef(projects)])) })
    const about = ['1', 'T-1', 'p1']
    expect(await resolveReferences(schema, { about }, ctx)).toEqual({ about: ['1', 't_1', 'p_1'] })
  })
})
