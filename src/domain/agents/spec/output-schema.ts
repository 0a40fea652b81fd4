/**
 * JSON Schemas that agents give for their results. Callers write them and answers are checked by them, so they are
 * limited to known keywords, a maximum size, and references that end.
 */
import { z } from 'zod'
import { sentence } from '../../../core/call/input.ts'
import type { InputIssue } from '../../../core/errors.ts'
import { issuesIn, issueWords } from '../../../core/schema/issue-words.ts'
import { nearest } from '../../../core/schema/unknown-fields.ts'
import { isJsonObject, isNestedDeeper, JSON_MAX_LEVELS, type JsonObject } from '../../../core/text/json.ts'
import { referenceFault, schemasIn } from './schema-references.ts'

/** The most characters of a schema as JSON. */
const SCHEMA_MAX_CHARS = 20_000
/** The longest minimum length that a schema may set for one text: about the length of a model's answer. */
const TEXT_MIN_MAX_CHARS = 50_000
/** The highest minimum that a schema may set for items or properties. */
const COUNT_MIN_MAX = 10_000

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const

/** The supported dialects, by `$schema`; without it, the newest. */
export const SCHEMA_DIALECTS: Readonly<Record<string, '7' | '2019-09' | '2020-12'>> = {
  'http://json-schema.org/draft-07/schema': '7',
  'https://json-schema.org/draft/2019-09/schema': '2019-09',
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
}

const count = z.int().min(0)
const text = z.string()
const flag = z.boolean()
const names = z.array(text)
const pattern = text.refine(isPattern, 'must be a regular expression, as JavaScript reads it with the flag u')
const schema = z.custom(isSchema, 'must be a schema: an object, true or false')
const schemas = z.custom(isSchemaList, 'must be a list of schemas')
const schemasByName = z.record(text, schema)

/** The known keywords, with the values that each takes; schemas within are checked separately. */
const KEYWORDS: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries({
    type: z.preprocess(asList, z.array(z.enum(TYPES)).min(1)),
    ...each(['const', 'default'], z.unknown()),
    ...each(['enum', 'examples'], z.array(z.unknown()).min(1)),
    ...each(['title', 'description', '$schema', '$comment', '$ref', 'format'], text),
    ...each(['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'], flag),
    ...each(['additionalProperties', 'unevaluatedProperties', 'propertyNames'], schema),
    ...each(['additionalItems', 'unevaluatedItems', 'contains', 'not', 'if', 'then', 'else'], schema),
    ...each(['allOf', 'anyOf', 'oneOf', 'prefixItems'], schemas),
    items: z.custom(
      (value) => isSchema(value) || isSchemaList(value),
      'must be a schema or a list of schemas',
    ),
    ...each(['properties', 'dependentSchemas', '$defs', 'definitions'], schemasByName),
    pattern,
    patternProperties: z.record(pattern, schema),
    required: names,
    dependentRequired: z.record(text, names),
    minLength: count.max(TEXT_MIN_MAX_CHARS),
    ...each(['minItems', 'minProperties', 'minContains'], count.max(COUNT_MIN_MAX)),
    ...each(['maxLength', 'maxItems', 'maxProperties', 'maxContains'], count),
    ...each(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'], z.number()),
    multipleOf: z.number().positive(),
  }),
)

function each<Value extends z.ZodType>(keywords: readonly string[], value: Value): Record<string, Value> {
  return Object.fromEntries(keywords.map((keyword) => [keyword, value]))
}

function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isJsonObject(value)
}

function isSchemaList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isSchema)
}

function asList(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}

/** What is wrong with a schema, as the end of a sentence; undefined: answers can be checked by it. */
export function outputSchemaFault(root: JsonObject): string | undefined {
  if (isNestedDeeper(root)) return `must not be nested more than ${JSON_MAX_LEVELS} levels deep`
  if (root.type !== 'object') return 'must be a JSON Schema with type: object'
  if (JSON.stringify(root).length > SCHEMA_MAX_CHARS)
    return `must have at most ${SCHEMA_MAX_CHARS} characters as JSON`
  if (root.$schema !== undefined && dialectOf(root) === undefined)
    return `must be of a supported dialect; leave out $schema, or write ${Object.keys(SCHEMA_DIALECTS).join(' or ')}`
  const all = schemasIn(root)
  const issues = all.flatMap(({ path, schema }) => keywordIssues(schema, path))
  if (issues.length > 0) return `is not a supported JSON Schema: ${sentence(issues.slice(0, ISSUES_MAX))}`
  return referenceFault(all)
}

/** The most issues in the message about one schema. */
const ISSUES_MAX = 5

/** The dialect of a schema; undefined: it is not supported. */
export function dialectOf({ $schema }: JsonObject): (typeof SCHEMA_DIALECTS)[string] | undefined {
  if ($schema === undefined) return '2020-12'
  return typeof $schema === 'string' ? SCHEMA_DIALECTS[$schema.replace(/#$/, '')] : undefined
}

function keywordIssues(schema: JsonObject, path: readonly string[]): InputIssue[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword.startsWith('x-')) return []
    const at = [...path, keyword]
    const known = KEYWORDS.get(keyword)
    if (known === undefined) return [{ path: at.join('.'), message: unknownText(keyword) }]
    const { error } = known.safeParse(value, { error: issueWords })
    return (error ? issuesIn(error) : []).map(({ path, message }) => ({
      path: [...at, path].filter((part) => part !== '').join('.'),
      message,
    }))
  })
}

function unknownText(keyword: string): string {
  const near = nearest(keyword, [...KEYWORDS.keys()])
  const hint =
    near === undefined
      ? 'of schemas kept apart write $defs and $ref: "#/$defs/name"'
      : `the nearest is ${near}`
  return `is not a supported keyword; ${hint}`
}
