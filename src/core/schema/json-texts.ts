/**
 * Reads what a client has encoded twice: a text that is JSON of the type that a schema asks for is read as that JSON,
 * and a null that a field does not take is left out. Many clients and models send such inputs, e.g.
 * https://github.com/anthropics/claude-code/issues/59227 and https://github.com/langgenius/dify/pull/33333.
 */
import { alternatives, isJsonObject, type JsonObject, parseJson } from '../text/json.ts'
import type { JsonSchema } from './json-schema.ts'

/** How many times a text may be encoded. */
const ENCODED_MAX_TIMES = 3

/** What one place of an input may hold. */
interface Place {
  /** Text at this place is taken as it is, whatever it looks like. */
  readonly takesText: boolean
  readonly takesNull: boolean
  takesType(type: JsonType): boolean
  /** The objects that this place may hold, and the items of its lists. */
  readonly objects: readonly Fields[]
  readonly items: Place | undefined
}

interface Fields {
  /** The fields that the schema names. */
  readonly named: ReadonlyMap<string, { readonly place: Place; readonly isRequired: boolean }>
  /** All other fields, where they share one schema. */
  readonly others: Place | undefined
  /** Fields that must have this value; they tell the objects of a union apart. */
  readonly constants: readonly (readonly [name: string, value: unknown])[]
}

type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object'

const places = new WeakMap<object, Place>()

/**
 * The input as its schema means it. A value that is already right stays the same. A value that cannot be read also
 * stays the same, so that the schema's own check names the field. An object in which nothing was read is returned
 * itself.
 */
export function readJsonTexts(schema: JsonSchema, input: unknown): unknown {
  return read(placeOf(schema), input)
}

/** The JSON object in a text, even if it was encoded several times; undefined for any other text. */
export function readJsonObject(text: string): JsonObject | undefined {
  let value: unknown = text
  for (let times = 0; times < ENCODED_MAX_TIMES && typeof value === 'string'; times += 1) {
    value = parseJson(value)
  }
  return isJsonObject(value) ? value : undefined
}

function read(place: Place, value: unknown): unknown {
  if (typeof value === 'string') return place.takesText ? value : readText(place, value)
  if (Array.isArray(value)) return place.items === undefined ? value : readItems(place.items, value)
  if (!isJsonObject(value)) return value
  const fields = fieldsFor(place, value)
  return fields === undefined ? value : readFields(fields, value)
}

function readText(place: Place, text: string): unknown {
  let value: unknown = text
  for (let times = 0; times < ENCODED_MAX_TIMES && typeof value === 'string'; times += 1) {
    value = parseJson(value)
    if (typeof value !== 'string' && value !== undefined && fits(place, value)) return read(place, value)
  }
  return text
}

/** A number that JavaScript cannot hold exactly stays text, so that its value does not change. */
function fits(place: Place, value: unknown): boolean {
  const isExact = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)
  return isExact && place.takesType(typeOf(value))
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  // JSON has no other types.
  return typeof value as JsonType
}

function readItems(items: Place, values: readonly unknown[]): readonly unknown[] {
  const meant = values.map((value) => read(items, value))
  return meant.some((value, index) => value !== values[index]) ? meant : values
}

/** The only object that can be meant, if there is exactly one. */
function fieldsFor({ objects }: Place, value: JsonObject): Fields | undefined {
  const meant =
    objects.length < 2
      ? objects
      : objects.filter(({ constants }) => constants.every(([name, constant]) => value[name] === constant))
  return meant.length === 1 ? meant[0] : undefined
}

function readFields({ named, others }: Fields, object: JsonObject): JsonObject {
  let isChanged = false
  const entries: [string, unknown][] = []
  for (const [name, value] of Object.entries(object)) {
    const field = named.get(name)
    if (value === null && field !== undefined && !field.isRequired && !field.place.takesNull) {
      isChanged = true
      continue
    }
    const place = field?.place ?? others
    const meant = place === undefined ? value : read(place, value)
    isChanged ||= meant !== value
    entries.push([name, meant])
  }
  return isChanged ? Object.fromEntries(entries) : object
}

/** Computed once for each schema. */
function placeOf(schema: unknown): Place {
  if (!isJsonObject(schema)) return ANYTHING
  const known = places.get(schema)
  if (known !== undefined) return known
  const made = makePlace(alternatives(schema))
  places.set(schema, made)
  return made
}

const ANYTHING: Place = {
  takesText: true,
  takesNull: true,
  takesType: () => true,
  objects: [],
  items: undefined,
}

function makePlace(options: readonly JsonObject[]): Place {
  const types = new Set(options.flatMap(typesOf))
  const lists = options.filter(({ type }) => type === 'array')
  return {
    takesText: types.has('string'),
    takesNull: types.has('null'),
    takesType: (type) => types.has(type),
    objects: options.filter(({ type }) => type === 'object').map(fieldsOf),
    items: lists.length === 1 ? placeOf(lists[0]?.items) : undefined,
  }
}

const TYPES: readonly JsonType[] = ['string', 'number', 'boolean', 'null', 'array', 'object']

/** A schema without a type takes any type, unless it lists its values. */
function typesOf({ type, enum: values, const: constant }: JsonObject): readonly JsonType[] {
  if (type === 'integer') return ['number']
  const named = TYPES.find((one) => one === type)
  if (named !== undefined) return [named]
  if (Array.isArray(values)) return values.map(typeOf)
  return constant === undefined ? TYPES : [typeOf(constant)]
}

function fieldsOf({ properties, required, additionalProperties }: JsonObject): Fields {
  const entries = isJsonObject(properties) ? Object.entries(properties) : []
  const names: readonly unknown[] = Array.isArray(required) ? required : []
  return {
    named: new Map(
      entries.map(([name, schema]) => [name, { place: placeOf(schema), isRequired: names.includes(name) }]),
    ),
    others: isJsonObject(additionalProperties) ? placeOf(additionalProperties) : undefined,
    constants: entries.flatMap(([name, schema]) =>
      isJsonObject(schema) && schema.const !== undefined ? [[name, schema.const] as const] : [],
    ),
  }
}
