/** Text is only ever cut between characters, and never grows past its limit. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText } from '../../../src/core/text/cut.ts'
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
