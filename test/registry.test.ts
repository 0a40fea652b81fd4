/** What every operation has, whoever writes it; and that nothing the outside sees changes unmeant. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { generatedFiles, outdated, ROOT } from '../scripts/generated.ts'
import { parseInput } from '../src/core/call/input.ts'
import { AppError } from '../src/core/errors.ts'
import { whyNotByClock } from '../src/core/operation/catalog.ts'
import { assertDistinctNames } from '../src/core/operation/name.ts'
import { allScopes } from '../src/core/operation/scopes.ts'
import { redact } from '../src/core/text/redact.ts'
import { operations, prompts } from '../src/tools/registry.ts'

const SUMMARY_MAX_CHARS = 140
/** Fields of an input are in camelCase, as they are in JSON everywhere. */
const FIELD_NAME = /^[a-z][A-Za-z0-9]*$/

describe('the list of operations', () => {
  test('names no two operations alike, however the name is written', () => {
    expect(() => assertDistinctNames(operations)).not.toThrow()
  })

  test('holds no two routes that the same request could mean', () => {
    const shapes = operations.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`)
    expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([])
  })

  test('uses every scope but admin, so that no key is given what does nothing', () => {
    const used = new Set(operations.map(({ scope }) => scope))
    expect(allScopes().filter((scope) => scope !== 'admin' && !used.has(scope))).toEqual([])
  })
})

test('prompts complete their arguments from operations that are there', () => {
  const names: readonly string[] = operations.map(({ name }) => name)
  const completed = prompts.flatMap(({ arguments: args }) => args.map(({ complete = [] }) => complete))
  const asked = completed.flatMap((complete) => ('operation' in complete ? [complete.operation] : []))
  expect(asked).not.toEqual([])
  expect(asked.filter((name) => !names.includes(name))).toEqual([])
})

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
  test('says what it does in one short sentence or two', () => {
    expect(operation.summary.length).toBeLessThanOrEqual(SUMMARY_MAX_CHARS)
    expect(operation.summary).toMatch(/^[A-Z].*[.?]$/)
  })

  test('has a scope that exists, a fitting method, and a way to repeat it', () => {
    expect(allScopes()).toContain(operation.scope)
    expect(
      operation.scope.endsWith(':read') || operation.effect !== 'read' || operation.scope === 'admin',
    ).toBe(true)
    expect(operation.method === 'GET').toBe(operation.effect === 'read')
    expect(['natural', 'keyed']).toContain(operation.repeat)
    if (operation.effect === 'read') expect(operation.repeat).toBe('natural')
  })

  test('has an example that it takes', () => {
    expect(() => parseInput(operation, operation.example)).not.toThrow()
    // An example goes through JSON at most doors.
    expect(JSON.parse(JSON.stringify(operation.example))).toEqual(operation.example)
  })

  test('offers newcomers only what it takes', () => {
    const { firstStep } = operation
    if (firstStep) expect(() => parseInput(operation, firstStep.input)).not.toThrow()
  })

  test('refuses a field that it does not know, with the code for it', () => {
    const input = { ...operation.example, doesNotExist: 1 }
    expect(codeOf(() => parseInput(operation, input))).toBe('invalid_input')
  })

  test('as a resource lists its items by an operation that is there', () => {
    const { list } = operation.resource ?? {}
    const listing = list && operations.find(({ name }) => name === list.operation)
    expect(listing?.name).toBe(list?.operation)
    if (listing) expect(() => parseInput(listing, list?.input)).not.toThrow()
  })

  test('asks to be confirmed exactly when it cannot be undone', () => {
    const isAsking = Object.hasOwn(operation.inputSchema.properties ?? {}, 'confirm')
    expect(isAsking).toBe(operation.effect === 'destroy')
  })

  test('takes and gives closed objects with plain names, all the way down', () => {
    for (const schema of [operation.inputSchema, operation.outputSchema]) {
      expect(schema.type).toBe('object')
      expect(openObjects(schema, '')).toEqual([])
    }
    const names = Object.keys(operation.inputSchema.properties ?? {})
    expect(names.filter((name) => !FIELD_NAME.test(name))).toEqual([])
  })

  test('is not scheduled where it takes a secret, which would be stored with the schedule', () => {
    const names = Object.keys(operation.inputSchema.properties ?? {})
    const secrets = names.filter((name) => !isDeepStrictEqual(redact({ [name]: 'text' }), { [name]: 'text' }))
    if (secrets.length > 0) expect(whyNotByClock(operation)).toBeDefined()
  })

  test('gives what its schema can be shown for', () => {
    expect(Object.keys(operation.outputSchema.properties ?? {})).not.toEqual([])
    expect(operation.output).toBeInstanceOf(z.ZodObject)
  })
})

describe('what is made from the code', () => {
  test('goldens are current: after a change that is meant, run `npm run golden` and commit what changed', () => {
    expect(outdated(generatedFiles('golden')).map(({ path }) => path)).toEqual([])
  })

  test('the pages on operations and settings are current: run `npm run docs`', () => {
    expect(outdated(generatedFiles('docs')).map(({ path }) => path)).toEqual([])
  })

  test('a golden is plain JSON that a reader can compare', () => {
    for (const { path } of generatedFiles('golden')) {
      const golden: unknown = JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
      expect(golden).toMatchObject({ name: expect.any(String), input: expect.any(Object) })
    }
  })
})

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : 'not ours'
  }
}

/** Paths of objects that name fields and still let others in. */
function openObjects(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const node: { properties?: unknown; additionalProperties?: unknown } = schema
  const isOpen = node.properties !== undefined && node.additionalProperties !== false
  const inner = Object.entries(schema).flatMap(([name, value]) => openObjects(value, `${path}/${name}`))
  return isOpen ? [path, ...inner] : inner
}
