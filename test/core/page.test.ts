/** Paging cursors: what we made is read back, and whatever else is refused rather than passed on. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeCursor, encodeCursor, sortText, toPage } from '../../src/core/schema/page.ts'

const shape = z.tuple([z.int(), sortText])

describe('a cursor', () => {
  it('is read back as it was made', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))
    fc.assert(
      fc.property(fc.string(), fc.integer(), text, (sort, first, second) => {
        expect(decodeCursor(encodeCursor({ sort, after: [first, second] }), sort, shape)).toEqual([
          first,
          second,
        ])
      }),
    )
  })

  it('that is not ours is refused, whatever it is', () => {
    const json = fc.json().map((value) => Buffer.from(value).toString('base64url'))
    fc.assert(
      fc.property(fc.oneof(fc.string(), json), (cursor) => {
        expect(() => decodeCursor(cursor, 'due', shape)).toThrow(
          expect.objectContaining({ code: 'invalid_input' }),
        )
      }),
    )
  })

  it('is given only when there is more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 100 }), (rows, limit) => {
        const page = toPage(rows, limit, (row) => ({ sort: 'a', after: [row] }))
        expect(page.items).toEqual(rows.slice(0, limit))
        expect(page.nextCursor !== null).toBe(rows.length > limit)
      }),
    )
  })
})
