/** Links in mails: they open what they name, until they expire, and nothing else. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redactText } from '../../../src/core/text/redact.ts'
import { readLink, signLink } from '../../../src/domain/mail/signed-links.ts'
import { refusalOf } from '../../support/refusal.ts'

const [KEY, OLD] = [randomBytes(32), randomBytes(32)]
const now = new Date('2026-03-04T09:00:00Z')
const expiresAt = new Date('2026-03-05T09:00:00Z')
const words = ['ada', 'ada@example.com', 'notification_01h455vb4pex5vsknk084sn02q']
const token = signLink(KEY, { kind: 'act', words, expiresAt })
const REFUSED = { code: 'not_found', message: expect.stringContaining('This link does not work') }

describe('a link', () => {
  test('opens what it names until it expires', () => {
    expect(readLink([KEY], { kind: 'act', token, now })).toEqual(words)
    const last = new Date(expiresAt.getTime() - 1)
    expect(readLink([KEY], { kind: 'act', token, now: last })).toEqual(words)
    expect(refusalOf(() => readLink([KEY], { kind: 'act', token, now: expiresAt }))).toMatchObject({
      code: 'not_found',
      message: 'This link has expired.',
    })
  })

  test('is not a link of another kind', () => {
    expect(refusalOf(() => readLink([KEY], { kind: 'unsubscribe', token, now }))).toMatchObject(REFUSED)
  })

  test('holds while the key that signed it is known, and no longer', () => {
    const before = signLink(OLD, { kind: 'act', words, expiresAt })
    expect(readLink([KEY, OLD], { kind: 'act', token: before, now })).toEqual(words)
    expect(refusalOf(() => readLink([KEY], { kind: 'act', token: before, now }))).toMatchObject(REFUSED)
  })

  test('is refused however it is changed', () => {
    const characters = fc.string({ unit: fc.constantFrom(...'ab-_Z09'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.nat(token.length - 1), characters, (at, put) => {
        const changed = token.slice(0, at) + put + token.slice(at + put.length)
        // The last character of base64 has bits that stand for nothing.
        fc.pre(Buffer.compare(bytesOf(changed), bytesOf(token)) !== 0 || !changed.startsWith('sb_link_'))
        expect(refusalOf(() => readLink([KEY], { kind: 'act', token: changed, now }))).toMatchObject(REFUSED)
      }),
    )
    for (const other of ['', 'sb_link_', `sb_link_${'A'.repeat(43)}`, `${token}${'A'.repeat(1000)}`])
      expect(refusalOf(() => readLink([KEY], { kind: 'act', token: other, now }))).toMatchObject(REFUSED)
  })

  test('is masked wherever it would be logged', () => {
    expect(redactText(`GET /notifications/act/${token} answered`)).not.toContain(token.slice(8, 40))
  })
})

const bytesOf = (text: string) => Buffer.from(text.slice('sb_link_'.length), 'base64url')
