/** A sealed text can be opened with its key and in its place, and in no other way. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { masterKeyOf } from '../../../src/domain/secrets/master-key.ts'
import { open, rewrap, seal } from '../../../src/domain/secrets/seal.ts'

const key = masterKeyOf('the first secret that is long enough')
const other = masterKeyOf('another secret that is long enough too')

/** The same text with one bit changed in one of its bytes. */
function damaged(sealed: string, part: number, at: number): string {
  const parts = sealed.split('.')
  const bytes = Buffer.from(parts[part] ?? '', 'base64url')
  const index = at % bytes.length
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return parts.with(part, bytes.toString('base64url')).join('.')
}

describe('a sealed text', () => {
  test('opens to what was sealed, whatever it was and wherever it is stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
        expect(open(key, seal(key, text, place), place)).toBe(text)
      }),
    )
  })

  test('is another each time, and shows neither the text nor a key', () => {
    const [one, two] = [seal(key, 'marker-of-a-secret', 'a'), seal(key, 'marker-of-a-secret', 'a')]
    expect(one).not.toBe(two)
    const shown = Buffer.from(one.split('.').at(-1) ?? '', 'base64url').toString('latin1')
    expect(one + shown).not.toContain('marker')
    expect(one).not.toContain(key.keyFor('seal').toString('base64url'))
  })

  test('does not open in another place, under another key, or with a bit changed', () => {
    const sealed = seal(key, 'secret', 'accounts/one')
    expect(() => open(key, sealed, 'accounts/two')).toThrow()
    expect(() => open(other, sealed, 'accounts/one')).toThrow()
    fc.assert(
      fc.property(fc.constantFrom(2, 3), fc.nat(), (part, at) => {
        expect(() => open(key, damaged(sealed, part, at), 'accounts/one')).toThrow()
      }),
    )
    expect(() => open(key, sealed.replace('v1', 'v2'), 'accounts/one')).toThrow('known form')
  })

  test('opens under another master key once its data key is wrapped again', () => {
    const sealed = seal(key, 'secret', 'a')
    const again = rewrap(key, other, sealed)
    expect(open(other, again, 'a')).toBe('secret')
    expect(() => open(key, again, 'a')).toThrow()
    expect(() => rewrap(other, key, sealed)).toThrow()
    expect(again.split('.').at(-1)).toBe(sealed.split('.').at(-1))
  })
})
