/** Text is only ever cut between characters, and never grows past its limit. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutSayingRest, cutText, passWholeCodePoints, splitText } from '../../../src/core/text/cut.ts'
import { codePoint } from '../../support/code-point.ts'
import { cases } from '../../support/form.ts'

const whole = new Intl.Segmenter('en', { granularity: 'grapheme' })
const charactersOf = (text: string) => [...whole.segment(text)].map(({ segment }) => segment)

describe('a cut', () => {
  it.each([
    ['x🎉', 2, 'x'],
    ['x🎉', 3, 'x🎉'],
    ['🇩🇪🇫🇷', 6, '🇩🇪'],
    ['👨‍👩‍👧‍👦!', 10, ''],
    ['👨‍👩‍👧‍👦!', 11, '👨‍👩‍👧‍👦'],
    ['cafe\u0301s', 4, 'caf'],
    ['a\r\nb', 2, 'a'],
    ['abc', 0, ''],
  ])('of %j at %i gives %j', (text, maxUnits, expected) => {
    expect(cutText(text, maxUnits)).toBe(expected)
  })

  it('leaves room for its mark', () => {
    expect(cutText('abcdef', 4, '…')).toBe('abc…')
    expect(cutText('abcd', 4, '…')).toBe('abcd')
  })

  it('says how much it left out', () => {
    const restWords = (left: number) => ` and ${left} more`
    expect(cutSayingRest('abc🎉d', 4, restWords)).toBe('abc and 3 more')
    expect(cutSayingRest('abc🎉', 5, restWords)).toBe('abc🎉')
  })

  it('parts no surrogate pair, even in a character longer than anybody writes', () => {
    const accents = `a${'\u{1D165}'.repeat(2_000)}`
    for (const maxUnits of [999, 1000, 1001]) {
      const cut = cutText(accents, maxUnits)
      expect(cut.isWellFormed()).toBe(true)
      expect(cut.length).toBeGreaterThanOrEqual(maxUnits - 1)
    }
  })

  it('gives a beginning of whole characters, and as many as fit', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      'e\u0301',
      '🎉',
      '🇩🇪',
      '👨‍👩‍👧',
      '👍🏽',
      '한',
      '\r\n',
      'ก็',
      '\u200d',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(80), (pieces, maxUnits) => {
        const text = pieces.join('')
        const cut = cutText(text, maxUnits)
        const characters = charactersOf(text)
        const kept = charactersOf(cut)
        expect(cut.length).toBeLessThanOrEqual(Math.max(maxUnits, 0))
        expect(kept).toEqual(characters.slice(0, kept.length))
        const next = characters[kept.length]
        if (next !== undefined) expect(cut.length + next.length).toBeGreaterThan(maxUnits)
      }),
      { numRuns: cases(200, 20_000) },
    )
  })
})

describe('a text in pieces', () => {
  it('is whole when they are joined, and none ends within a code point', () => {
    const text = fc.string({ unit: codePoint, maxLength: 3_000 })
    fc.assert(
      fc.property(text, fc.integer({ min: 300, max: 1_000 }), (whole, maxUnits) => {
        const pieces = splitText(whole, maxUnits)
        expect(pieces.join('')).toBe(whole)
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(maxUnits)
          expect(piece.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: cases(10, 2_000) },
    )
  })

  it('is passed on between code points, wherever it was parted', () => {
    const passed: string[] = []
    const pass = passWholeCodePoints((piece) => passed.push(piece))
    for (const piece of ['a\ud83c', '\udf89\ud83c', '', '\udf89', 'b']) pass(piece)
    expect(passed).toEqual(['a', '🎉', '🎉', 'b'])
  })
})
