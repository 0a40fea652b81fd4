/** An input survives the way through a request, whichever method carries it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineOperation, type Operation } from '../../src/core/operation/operation.ts'
import { decodeInput, encodeInput, placeOf } from '../../src/core/operation/wire.ts'
import { alternatives, isJsonObject, type JsonObject } from '../../src/core/text/json.ts'
import { operations } from '../../src/tools/registry.ts'
import { cases } from '../support/form.ts'

type Input = Readonly<Record<string, unknown>>

/** What the other side makes of the request. */
function received(operation: Operation, input: Input): unknown {
  const { target, body } = encodeInput(operation, input)
  const url = new URL(target, 'http://127.0.0.1')
  const given = url.pathname.split('/')
  const path = Object.fromEntries(
    operation.path
      .split('/')
      .flatMap((part, index) =>
        part.startsWith(':') ? [[part.slice(1), decodeURIComponent(given[index] ?? '')]] : [],
      ),
  )
  const sent: JsonObject | undefined = body && JSON.parse(JSON.stringify(body))
  return decodeInput(operation, { path, query: url.search.slice(1), body: sent })
}

/** Values of the types that a schema names; what it says beyond types does not matter on the way. */
function valuesOf(schema: JsonObject): fc.Arbitrary<unknown> {
  const kinds = alternatives(schema).map(({ type, enum: choices, const: only, items, properties }) => {
    if (only !== undefined) return fc.constant(only)
    if (Array.isArray(choices)) return fc.constantFrom(...choices)
    switch (type) {
      case 'string':
        return fc.string({ unit: 'grapheme' })
      case 'integer':
        return fc.integer()
      case 'number':
        return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      case 'array':
        return fc.array(isJsonObject(items) ? valuesOf(items) : fc.constant({}), { maxLength: 3 })
      case 'object':
        return inputOf(isJsonObject(properties) ? properties : {}, [])
      default:
        return fc.dictionary(fc.string(), fc.string())
    }
  })
  return fc.oneof(...kinds)
}

function inputOf(properties: JsonObject, always: readonly string[]): fc.Arbitrary<Input> {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const isPath = always.includes(name)
    const value = isPath ? pathWord : valuesOf(isJsonObject(schema) ? schema : {})
    return [name, value] as const
  })
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...always] })
}

/** A part of a path is neither empty nor a dot that addresses another. */
const pathWord = fc.string({ minLength: 1, unit: 'grapheme' }).filter((word) => !/^\.{1,2}$/.test(word))

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
  test('its example arrives as it was sent', () => {
    expect(received(operation, operation.example)).toEqual(operation.example)
  })

  test('any input arrives as it was sent', () => {
    const { properties = {} } = operation.inputSchema
    fc.assert(
      fc.property(inputOf(properties, operation.pathFields), (input) => {
        expect(received(operation, input)).toEqual(input)
      }),
      { numRuns: cases(20, 1_000) },
    )
  })
})

const remove = defineOperation({
  name: 'things.remove',
  summary: 'Remove things.',
  route: 'DELETE /v1/things/:kind',
  input: z.object({ kind: z.string(), labels: z.array(z.string()).optional(), note: z.string().nullish() }),
  output: z.object({ removed: z.int() }),
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'natural',
  example: { kind: 'old' },
  run: async () => ({ removed: 0 }),
  tell: () => 'Removed.',
})

test('a DELETE carries its fields in path and query, and no body', () => {
  expect(encodeInput(remove, { kind: 'a/b', labels: ['x', 'y z'], note: null })).toEqual({
    target: '/v1/things/a%2Fb?labels=x&labels=y+z&note=null',
  })
  expect([placeOf(remove, 'kind'), placeOf(remove, 'labels')]).toEqual(['path', 'query'])
})

test('words that would be read as something else travel as JSON', () => {
  expect(encodeInput(remove, { kind: 'a', labels: ['one, two'] }).target).toBe(
    `/v1/things/a?${new URLSearchParams({ labels: '["one, two"]' })}`,
  )
  expect(received(remove, { kind: 'a', labels: [] })).toEqual({ kind: 'a', labels: [] })
})

test('a field that two places give alike is taken once, and refused where they differ', () => {
  const carried = { path: { kind: 'a' }, query: 'kind=a&note=n' }
  expect(decodeInput(remove, { ...carried, body: { note: 'n' } })).toEqual({ kind: 'a', note: 'n' })
  expect(() => decodeInput(remove, { ...carried, body: { note: 'm' } })).toThrow('note is given twice')
  expect(() => decodeInput(remove, { path: { kind: 'a' }, query: 'kind=b' })).toThrow('kind is given twice')
})
