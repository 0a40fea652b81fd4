/** What is said of a wrong value is true of it, and is one thing, for every field of every operation. */
import { expect, test } from 'vitest'
import { checkInput } from '../../src/core/call/input.ts'
import { isJsonObject, type JsonObject, unionOf } from '../../src/core/text/json.ts'
import { operations } from '../../src/tools/registry.ts'

type Path = readonly string[]

/** Where a value may stand in an input, also within others. */
function pathsIn(schema: JsonObject, at: Path = []): Path[] {
  const within = (name: string, field: unknown): Path[] =>
    isJsonObject(field) ? [[...at, name], ...pathsIn(field, [...at, name])] : []
  return [
    ...(unionOf(schema) ?? []).flatMap((alternative) => pathsIn(alternative, at)),
    ...Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).flatMap(([name, field]) =>
      within(name, field),
    ),
    ...(schema.items === undefined ? [] : within('0', schema.items)),
  ]
}

function put(into: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value
  if (name === '0') return [put(Array.isArray(into) ? into[0] : undefined, rest, value)]
  const fields = isJsonObject(into) ? into : {}
  return { ...fields, [name]: put(fields[name], rest, value) }
}

const VALUES = [
  5,
  1.5,
  -1,
  1e9,
  '',
  'x',
  'x'.repeat(60_000),
  [],
  [1],
  Array(300).fill('x'),
  {},
  { a: 1 },
  null,
  true,
]

/** What words can be true of a value. */
const TRUE_OF: readonly (readonly [RegExp, (value: unknown) => boolean])[] = [
  [/characters?$/, (value) => typeof value === 'string'],
  [/items?$/, Array.isArray],
  [/^must not be empty$/, (value) => value === '' || (Array.isArray(value) && value.length === 0)],
  [
    /^must be [\d.]+ or (more|less)$|^must be (more|less) than|^must be a whole number$/,
    (value) => typeof value === 'number',
  ],
  [/^must be a list$/, (value) => !Array.isArray(value)],
  [/^must be text\b/, (value) => typeof value !== 'string'],
  [/^must be a number$/, (value) => typeof value !== 'number'],
  [/^must be an object$/, (value) => !isJsonObject(value)],
  [/^must be true or false$/, (value) => typeof value !== 'boolean'],
  [/^is missing$/, (value) => value === undefined],
]

function valueAt(input: unknown, path: string): unknown {
  return path === '' ? input : path.split('.').reduce<unknown>((value, name) => Object(value)[name], input)
}

test.each(operations.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
  for (const path of pathsIn(operation.inputSchema)) {
    for (const value of VALUES) {
      const input = put(operation.example, path, value)
      const checked = checkInput(operation, input)
      const issues = 'issues' in checked ? checked.issues : []
      const places = issues.map((issue) => issue.path)
      expect(new Set(places).size).toBe(places.length)
      for (const issue of issues) {
        const wrong = valueAt(input, issue.path)
        expect(issue.message).not.toMatch(/^(Invalid|Too|Unrecognized|Expected)/)
        for (const [words, isTrueOf] of TRUE_OF) {
          if (words.test(issue.message)) expect([issue, isTrueOf(wrong)]).toEqual([issue, true])
        }
      }
    }
  }
})

test.each([
  ['1e20', 1e20, 'must be 100 or less'],
  ['-1e20', -1e20, 'must be 1 or more'],
])('a number that no integer holds is told the bound of its field: %s', (_written, limit, message) => {
  const operation = operations.find(({ name }) => name === 'tasks.list')
  if (operation === undefined) throw new Error('tasks.list is not in the list')
  expect(checkInput(operation, { limit })).toEqual({ issues: [{ path: 'limit', message }] })
})
