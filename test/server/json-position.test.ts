import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonFault } from '../../src/server/http/json-position.ts'
import { isLong } from '../support/form.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('findJsonFault', () => {
  test.each([
    ['', 1, 1, 'value'],
    ['{"a":1,}', 1, 8, 'name'],
    ['{"a" 1}', 1, 6, ':'],
    ['[1 2]', 1, 4, ', or ]'],
    ['{"a": tru}', 1, 7, 'value'],
    ["{'a': 1}", 1, 2, 'name or }'],
    ['{"a":1} x', 1, 9, 'the end'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, ', or }'],
    ['{"a": "no end', 1, 7, 'value'],
    ['[1,', 1, 4, 'value'],
  ])('points at the fault in %j', (text, line, column, expected) => {
    expect(findJsonFault(text)).toMatchObject({ line, column, expected })
  })

  test('finds a fault exactly where the engine finds one, whatever the text', () => {
    const spoiled = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', '\\', '0', ' ', '\u0001', 'e'))
      .map(([text, seed, mark]) => {
        const at = seed % (text.length + 1)
        return text.slice(0, at) + mark + text.slice(at + (seed % 2))
      })
    fc.assert(
      fc.property(fc.oneof(spoiled, fc.json(), fc.string()), (text) => {
        const fault = findJsonFault(text)
        expect(fault === undefined).toBe(isJson(text))
        if (fault) expect(fault.offset).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 1000 },
    )
  })

  test('is quick on a megabyte that never closes its string', () => {
    expect(findJsonFault(`["${'a'.repeat(1_000_000)}`)?.offset).toBe(1)
  })

  test.runIf(isLong)('reads a megabyte of text, of nesting and of escapes', () => {
    for (const text of [
      JSON.stringify('x'.repeat(1_000_000)),
      JSON.stringify('"\n'.repeat(250_000)),
      '['.repeat(500_000) + ']'.repeat(500_000),
      JSON.stringify(Array.from({ length: 100_000 }, (_, index) => ({ index }))),
    ]) {
      expect(findJsonFault(text)).toBeUndefined()
      expect(findJsonFault(`${text}!`)?.offset).toBe(text.length)
    }
  })
})
