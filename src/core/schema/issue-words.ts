/** Says what is wrong with a field in words that a person and a model can act on; they continue the field's name. */
import type { z } from 'zod'
import type { InputIssue } from '../errors.ts'
import { counted } from '../text/counts.ts'

type RawIssue = z.core.$ZodRawIssue

/** What a value must be, by the schema's name for it. */
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

/** Well-known text formats, each with an example. */
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a moment such as 2027-03-31T08:30:00Z',
  date: 'a day such as 2027-03-31',
  url: 'an address such as https://example.com',
  email: 'an e-mail address',
  base64: 'bytes in base64 such as aGVsbG8=',
}

/** The words for counted things, by their kind. */
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  set: ['item', 'items'],
}

/** One fault for each place. Where a value is of the wrong type, zod's other findings about it are not true. */
export function issuesIn(error: z.ZodError): InputIssue[] {
  const found = new Map<string, string>()
  const issues = error.issues.toSorted((a, b) => Number(isOfAnyNumber(a)) - Number(isOfAnyNumber(b)))
  for (const { path, message } of issues.flatMap(takeApart)) {
    const place = path.map(String).join('.')
    if (!found.has(place)) found.set(place, message)
  }
  return Array.from(found, ([path, message]) => ({ path, message }))
}

/** The range of all safe integers says less than a field's own range. */
function isOfAnyNumber(issue: z.core.$ZodIssue): boolean {
  return (
    (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER) ||
    (issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER)
  )
}

interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The types that the value may have, where it has a different one. */
  readonly kinds?: readonly string[]
}

/** For a union, the faults by the alternative that the value is meant as: the first whose type it has. */
function takeApart(issue: z.core.$ZodIssue): readonly Finding[] {
  const { path, message } = issue
  if (issue.code === 'invalid_type') {
    const kind = KINDS[issue.expected]
    const isAsSaid = kind !== undefined && message === mustBe([kind])
    return [{ path, message, ...(isAsSaid && { kinds: [kind] }) }]
  }
  if (issue.code !== 'invalid_union') return [issue]
  const alternatives = issue.errors.map((issues) => issues.flatMap(takeApart))
  const meant = alternatives.find((findings) => !findings.some(isWrongType))
  if (meant?.length) return meant.map((finding) => ({ ...finding, path: [...path, ...finding.path] }))
  const kinds = [
    ...new Set(alternatives.flat().flatMap((finding) => (isWrongType(finding) ? finding.kinds : []))),
  ]
  return kinds.length === 0 ? [issue] : [{ path, message: mustBe(kinds), kinds }]
}

function isWrongType(finding: Finding): finding is Finding & { readonly kinds: readonly string[] } {
  return finding.path.length === 0 && finding.kinds !== undefined
}

/** `must be text, an object or null` */
function mustBe(kinds: readonly string[]): string {
  const others = kinds.slice(0, -1).join(', ')
  return `must be ${others === '' ? '' : `${others} or `}${kinds.at(-1)}`
}

/** For zod's parameter `error`. A schema's own message takes precedence; undefined keeps zod's words. */
export function issueWords(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return 'is missing'
      const kind = KINDS[issue.expected]
      return kind && mustBe([kind])
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
  return bound === 1 ? 'must not be empty' : `must have at least ${counted(bound, ...units)}`
}

function most(origin: string, bound: number, isIncluded: boolean): string {
  const units = UNITS[origin]
  if (units === undefined) return isIncluded ? `must be ${bound} or less` : `must be less than ${bound}`
  return `must have at most ${counted(bound, ...units)}`
}
