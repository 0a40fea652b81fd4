/** Schemas of values that go into statements: no value that they let through is out of its column's range. */
import { z } from 'zod'

/** The largest `integer` of PostgreSQL, 32 bits. */
const INTEGER_MAX = 2 ** 31 - 1

/** A place in a list that counts from 1; 0 is before its beginning. */
export const Position = z.int().min(0).max(INTEGER_MAX)

/** Years whose moments JavaScript and PostgreSQL both read as they are written, with four digits and without a sign. */
const YEARS = { first: 1, last: 9999 } as const

/** A moment with `Z` or an offset (RFC 3339); whatever its offset, it has to lie within those years in UTC. */
export const Moment = z.iso
  .datetime({ offset: true })
  .refine(isWithinYears, `must be in the years ${YEARS.first} to ${YEARS.last}`)

/** Whether a text is a moment at all is told by its form. */
function isWithinYears(text: string): boolean {
  const year = new Date(text).getUTCFullYear()
  return Number.isNaN(year) || (year >= YEARS.first && year <= YEARS.last)
}
