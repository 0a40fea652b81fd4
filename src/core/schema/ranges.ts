/** Schemas of values that go into statements: every value that they accept is within its column's range. */
import { z } from 'zod'

/** The largest value of PostgreSQL's 32-bit `integer`. */
const INTEGER_MAX = 2 ** 31 - 1

/** A place in a list that counts from 1; 0 is before the first item. */
export const Position = z.int().min(0).max(INTEGER_MAX)

/** Years whose moments JavaScript and PostgreSQL both read as they are written, with four digits and without a sign. */
const YEARS = { first: 1, last: 9999 } as const

/** A moment with `Z` or an offset (RFC 3339). In UTC it must be within those years. */
export const Moment = z.iso
  .datetime({ offset: true })
  .refine(isWithinYears, `must be in the years ${YEARS.first} to ${YEARS.last}`)

/** The format is checked elsewhere; only the years are checked here. */
function isWithinYears(text: string): boolean {
  const year = new Date(text).getUTCFullYear()
  return Number.isNaN(year) || (year >= YEARS.first && year <= YEARS.last)
}
