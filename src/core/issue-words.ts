/** Says what is wrong with a field in words that a person and a model can act on; they follow the field's name. */
import type { z } from 'zod'

type RawIssue = z.core.$ZodRawIssue

/** What a value must be, by what the schema calls it. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

/** Texts of a form that people know, each with one as an example. */
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a moment such as 2027-03-31T08:30:00Z',
  date: 'a day such as 2027-03-31',
  url: 'an address such as https://example.com',
  email: 'an e-mail address',
}

/** How what is counted is called, by its kind. */
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  set: ['item', 'items'],
}

/** For zod's parameter `error`: a schema's own message goes before it, and what it has no words for stays zod's. */
export function issueWords(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return 'is missing'
      const kind = KINDS[issue.expected]
      return kind && `must be ${kind}`
    }
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${choice(issue.values.map(String))}`
    case 'too_small':
      return least(issue.origin, Number(issue.minimum), issue.inclusive ?? true)
    case 'too_big':
      return most(issue.origin, Number(issue.maximum), issue.inclusive ?? true)
    case 'invalid_format': {
      const format = FORMATS[issue.format]
      return format && `must be ${format}`
    }
    default:
      return undefined
  }
}

function choice(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`
}

function least(origin: string, bound: number, isIncluded: boolean): string {
  const units = UNITS[origin]
  if (units === undefined) return isIncluded ? `must be ${bound} or more` : `must be more than ${bound}`
  return bound === 1 ? 'must not be empty' : `must have at least ${counted(bound, units)}`
}

function most(origin: string, bound: number, isIncluded: boolean): string {
  const units = UNITS[origin]
  if (units === undefined) return isIncluded ? `must be ${bound} or less` : `must be less than ${bound}`
  return `must have at most ${counted(bound, units)}`
}

function counted(count: number, [one, many]: readonly [string, string]): string {
  return `${count} ${count === 1 ? one : many}`
}
