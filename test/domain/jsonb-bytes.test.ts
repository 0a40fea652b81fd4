/** Bytes of JSON are counted as PostgreSQL writes it. */
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { jsonbBytes } from '../../src/domain/db/jsonb-bytes.ts'
import { cases } from '../support/form.ts'
import { openTestDatabase } from '../support/world/database.ts'

/** What PostgreSQL takes: no character 0, and no half of a pair. */
const text = fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\0', ' ').toWellFormed())
const small = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean())
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    small,
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, tie('json'), { maxKeys: 4 }),
  ),
}))

it('any value has the bytes of the text that PostgreSQL makes of it', async () => {
  const { db, close } = await openTestDatabase()
  onTestFinished(close)
  const many = fc.array(
    json.filter((value) => value !== null),
    { minLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(many, async (values) => {
      const rows = await db.execute<{ bytes: number }>(sql`select octet_length(value::text) as bytes
        from jsonb_array_elements(${JSON.stringify(values)}::jsonb) with ordinality as given (value, place) order by place`)
      expect(values.map(jsonbBytes)).toEqual(rows.map(({ bytes }) => Number(bytes)))
    }),
    { numRuns: cases(30, 1_000) },
  )
})

it('a megabyte of quotes and commas is counted at once', () => {
  const value = { text: '",:\\'.repeat(250_000) }
  expect(jsonbBytes(value)).toBe(Buffer.byteLength(JSON.stringify(value)) + 1)
})
