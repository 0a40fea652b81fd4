/** What another service answered is made storable once, and only where it was not. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStorable, makeStorable } from '../../../src/core/text/storable.ts'
import { codePoint } from '../../support/code-point.ts'

describe('what cannot be stored', () => {
  it('is replaced in every text, names of fields included, and counted', () => {
    const { value, replaced } = makeStorable({ 'a\0': ['x\ud83d', { b: '\udc00y\0' }], n: 1, none: null })
    expect(value).toEqual({ 'a\ufffd': ['x\ufffd', { b: '\ufffdy\ufffd' }], n: 1, none: null })
    expect(replaced).toBe(4)
  })

  it('does not spoil a search: the rest is the same value', () => {
    const given = { text: 'café 🎉', list: [1, true] }
    expect(makeStorable(given)).toEqual({ value: given, replaced: 0 })
    expect(makeStorable(given).value).toBe(given)
  })

  it('is gone from any text, and the length stays', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 60 }), (text) => {
        const torn = `${text.slice(1)}\0\ud83d`
        const { value } = makeStorable(torn)
        expect(isStorable(value)).toBe(true)
        expect(value).toHaveLength(torn.length)
      }),
    )
  })
})
