/** The form of API keys. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { redact } from '../../../src/core/text/redact.ts'
import { hashKey, hintOf, isKeyForm, makeKey } from '../../../src/domain/access/key-form.ts'

it('every key made has the form, and no two are alike', () => {
  const keys = Array.from({ length: 1000 }, makeKey)
  expect(keys.every(isKeyForm)).toBe(true)
  expect(new Set(keys.map(hashKey)).size).toBe(1000)
})

it('one wrong character is noticed without a look-up', () => {
  const key = makeKey()
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: key.length - 1 }),
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
      (at, letter) => {
        const typed = `${key.slice(0, at)}${letter}${key.slice(at + 1)}`
        expect(isKeyForm(typed)).toBe(typed === key)
      },
    ),
  )
})

it('no other text is a key', () => {
  fc.assert(fc.property(fc.string(), (text) => !isKeyForm(text)))
  fc.assert(fc.property(fc.string(), (text) => !isKeyForm(`sb_${text}`)))
})

it('a key is taken out of any text, and its hint is no key', () => {
  const key = makeKey()
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(redact(`${before}${key} ${after}`)).not.toContain(key)
    }),
  )
  expect(isKeyForm(hintOf(key))).toBe(false)
})
