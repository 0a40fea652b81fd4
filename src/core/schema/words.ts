/** Reads words (query parameters, command line options) as the JSON values that an operation's input schema asks for. */
import { alternatives, isJsonObject, type JsonObject, parseJson } from '../text/json.ts'
import type { JsonSchema } from './json-schema.ts'

/** A successful reading, or undefined. */
type Reading = { readonly value: unknown } | undefined

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/**
 * Reads each named list of words as the type that the schema asks for: numbers, booleans (`true`, `1`, `false`, `0`),
 * `null` where it is allowed, arrays (repeated, separated by commas, or JSON text), objects as JSON text. Never throws:
 * a word that cannot be read stays text, and an unknown name is kept, so that the schema's own check names the field.
 */
export function readWords(
  schema: JsonSchema,
  words: Readonly<Record<string, readonly string[]>>,
): Record<string, unknown> {
  const properties = schema.properties ?? {}
  return Object.fromEntries(
    Object.entries(words).map(([name, list]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      const reading = isJsonObject(property) ? read(property, list) : undefined
      return [name, reading ? reading.value : asTyped(list)]
    }),
  )
}

/** The result when no reading fits: the one word, or all of them. */
function asTyped(words: readonly string[]): unknown {
  return words.length === 1 ? words[0] : [...words]
}

function read(schema: JsonObject, words: readonly string[]): Reading {
  for (const alternative of inReadingOrder(alternatives(schema))) {
    const reading = readAlternative(alternative, words)
    if (reading) return reading
  }
  return undefined
}

/**
 * `null`, objects and JSON text come before plain text, which accepts every word; numbers and other scalars keep the
 * declared order.
 */
const READING_ORDER = ['null', 'object', 'other', 'scalar', 'array']

function inReadingOrder(schemas: JsonObject[]): JsonObject[] {
  return schemas.length === 1
    ? schemas
    : schemas.sort((a, b) => READING_ORDER.indexOf(kindOf(a)) - READING_ORDER.indexOf(kindOf(b)))
}

function kindOf(schema: JsonObject): string {
  const { type } = schema
  if (type === 'null' || type === 'object' || type === 'array') return type
  return isScalar(schema) ? 'scalar' : 'other'
}

function isScalar(schema: JsonObject): boolean {
  const { type } = schema
  return (
    type === 'string' ||
    type === 'number' ||
    type === 'integer' ||
    type === 'boolean' ||
    'enum' in schema ||
    'const' in schema
  )
}

function readAlternative(schema: JsonObject, words: readonly string[]): Reading {
  if (schema.type === 'array') return readArray(schema, words)
  const [word] = words
  if (word === undefined || words.length > 1) return undefined
  if (schema.type === 'null') return word === 'null' ? { value: null } : undefined
  if (isScalar(schema)) return readScalar(schema, word)
  return readJson(word, (value) => schema.type !== 'object' || !Array.isArray(value))
}

function readScalar(schema: JsonObject, word: string): Reading {
  const choices = 'const' in schema ? [schema.const] : schema.enum
  if (Array.isArray(choices)) {
    const value: unknown = choices.find((choice) => String(choice) === word)
    return value === undefined ? undefined : { value }
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return NUMBER.test(word) ? { value: Number(word) } : undefined
    case 'boolean':
      return BOOLEANS.has(word) ? { value: BOOLEANS.get(word) } : undefined
    default:
      return { value: word }
  }
}

/** Each word is an item. A word that may contain commas itself (free text beside an object, JSON) is not split. */
function readArray(schema: JsonObject, words: readonly string[]): Reading {
  const [first] = words
  if (words.length === 1 && first !== undefined) {
    const json = readJson(first, Array.isArray)
    if (json) return json
  }
  const item = isJsonObject(schema.items) ? schema.items : {}
  const cut = alternatives(item).every((alternative) => isScalar(alternative) || alternative.type === 'null')
  const parts = cut ? words.flatMap(splitAtCommas) : words
  const readItem = (part: string): unknown => {
    const reading = read(item, [part])
    return reading ? reading.value : part
  }
  return { value: parts.map(readItem) }
}

function splitAtCommas(word: string): string[] {
  return word
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** JSON text of an object or an array that satisfies `fits`. */
function readJson(word: string, fits: (value: unknown) => boolean): Reading {
  if (!/^\s*[[{]/.test(word)) return undefined
  const value = parseJson(word)
  return value !== undefined && fits(value) ? { value } : undefined
}
