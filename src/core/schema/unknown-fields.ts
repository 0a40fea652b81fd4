/** Finds fields that a JSON Schema does not know, at any depth, and suggests the known field that was likely meant. */
import type { InputIssue } from '../errors.ts'
import { caseless } from '../text/comparable.ts'
import { cutText } from '../text/cut.ts'
import { isJsonObject, type JsonObject, unionOf } from '../text/json.ts'
import type { JsonSchema } from './json-schema.ts'

/** The most characters of an unknown name that are repeated in the error, and compared. */
const NAME_MAX_CHARS = 64

/** Issues after which the search stops: a hostile input may have a hundred thousand. */
const ENOUGH = 20

/** The shortest common beginning that counts as related. */
const RELATED_MIN_CHARS = 3

/** The fields of `value` that a closed object schema (`additionalProperties: false`) does not have. */
export function unknownFields(schema: JsonSchema, value: unknown): readonly InputIssue[] {
  return inValue(schema, value, '')
}

const NONE: readonly InputIssue[] = []

function inValue(schema: unknown, value: unknown, path: string): readonly InputIssue[] {
  if (typeof value !== 'object' || value === null || !isJsonObject(schema)) return NONE
  const union = unionOf(schema)
  if (union) return inUnion(union, value, path)
  if (Array.isArray(value)) return inItems(schema.items, value, path)
  const known = schema.properties
  return isJsonObject(known) && isJsonObject(value) ? inObject(schema, known, value, path) : NONE
}

function inItems(items: unknown, values: readonly unknown[], path: string): readonly InputIssue[] {
  let issues = NONE
  for (const [index, value] of values.entries()) {
    if (issues.length >= ENOUGH) break
    issues = joined(issues, inValue(items, value, at(path, String(index))))
  }
  return issues
}

/** A value that fits one alternative is known; otherwise the best alternative decides. */
function inUnion(union: readonly JsonObject[], value: object, path: string): readonly InputIssue[] {
  const results = union
    .filter((schema) => mayHold(schema, value))
    .map((schema) => inValue(schema, value, path))
    .sort((a, b) => a.length - b.length)
  return results[0] ?? NONE
}

function mayHold(schema: JsonObject, value: object): boolean {
  if (typeof schema.type !== 'string') return true
  return schema.type === (Array.isArray(value) ? 'array' : 'object')
}

function inObject(
  schema: JsonObject,
  known: JsonObject,
  value: JsonObject,
  path: string,
): readonly InputIssue[] {
  let issues = NONE
  for (const name of Object.keys(value)) {
    if (issues.length >= ENOUGH) break
    if (Object.hasOwn(known, name)) issues = joined(issues, inValue(known[name], value[name], at(path, name)))
    else if (schema.additionalProperties === false) issues = [...issues, unknownField(path, name, known)]
  }
  return issues
}

function unknownField(path: string, name: string, known: JsonObject): InputIssue {
  const names = Object.keys(known)
  const near = nearest(name, names)
  const hint =
    near !== undefined
      ? `the nearest is ${near}`
      : names.length > 0
        ? `there are ${names.join(', ')}`
        : 'no field is allowed here'
  return { path: at(path, cutText(name, NAME_MAX_CHARS)), message: `unknown field; ${hint}` }
}

/**
 * The known name that was likely meant: a beginning or an extension of it, or one that differs by two letters or by a
 * third.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = caseless(cutText(name, NAME_MAX_CHARS))
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, edits }) =>
        edits <= Math.max(2, Math.floor(candidate.length / 3)) && edits < candidate.length,
    )
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.candidate
}

function distance(a: string, b: string): number {
  const related = a.length >= RELATED_MIN_CHARS && b.length >= RELATED_MIN_CHARS
  return related && (a.startsWith(b) || b.startsWith(a)) ? 1 : editsBetween(a, b)
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function at(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function joined(a: readonly InputIssue[], b: readonly InputIssue[]): readonly InputIssue[] {
  return b.length === 0 ? a : [...a, ...b]
}
