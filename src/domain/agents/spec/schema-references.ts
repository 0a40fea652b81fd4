/** The schemas within a JSON Schema, and whether its references come to an end. */
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'

/** References and alternatives that may lead on from each other before a part of the answer is looked at. */
const CHAIN_MAX = 64

/** Keywords whose schemas are about the very value that theirs is about. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']
/** Keywords whose schemas are about a part of it, or are only kept to be referred to. */
const PARTS = [
  ...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains', '$defs', 'definitions'],
]
/** Of those above, the ones that hold schemas by name. */
const BY_NAME = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']

/** A schema, and the names that lead to it from the outermost. */
export interface Placed {
  readonly path: readonly string[]
  readonly schema: JsonObject
}

/** A schema and all those within it; it is JSON of a bounded depth. */
export function schemasIn(schema: JsonObject, path: readonly string[] = []): Placed[] {
  const within = [...SAME_VALUE, ...PARTS].flatMap((keyword) => under(schema, keyword))
  return [
    { path, schema },
    ...within.flatMap(({ path: below, schema: each }) => schemasIn(each, [...path, ...below])),
  ]
}

/** The schemas that a keyword holds: one, a list, or by name. */
function under(schema: JsonObject, keyword: string): Placed[] {
  const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined
  const isMany = Array.isArray(value) || BY_NAME.includes(keyword)
  const held: [string[], unknown][] = isMany
    ? Object.entries(value ?? {}).map(([name, each]) => [[keyword, name], each])
    : [[[keyword], value]]
  return held.flatMap(([path, each]) => (isJsonObject(each) ? [{ path, schema: each }] : []))
}

/** Follows references as a check would: each must point to a schema here, and come to an end without a look at a part. */
export function referenceFault(all: readonly Placed[]): string | undefined {
  const known = new Map(all.map(({ path, schema }) => [pointerTo(path), schema]))
  const lengths = new Map<JsonObject, number>()

  /** Schemas that follow on each other from here; without end while they are being counted. */
  function chainFrom(schema: JsonObject): number {
    const counted = lengths.get(schema)
    if (counted !== undefined) return counted
    // A path that comes back here meanwhile has gone in a circle.
    lengths.set(schema, Number.POSITIVE_INFINITY)
    const target = typeof schema.$ref === 'string' ? known.get(decoded(schema.$ref)) : undefined
    const next = [
      ...SAME_VALUE.flatMap((keyword) => under(schema, keyword)).map((each) => each.schema),
      target,
    ]
    const length = 1 + Math.max(0, ...next.map((each) => (each === undefined ? 0 : chainFrom(each))))
    lengths.set(schema, length)
    return length
  }

  const lost = all.find(({ schema: { $ref } }) => typeof $ref === 'string' && !known.has(decoded($ref)))
  if (lost) return `refers to ${lost.schema.$ref}, which is not a schema in it; write "#/$defs/name"`
  const isEndless = all.some(({ schema }) => chainFrom(schema) > CHAIN_MAX)
  return isEndless
    ? `has a $ref that leads back to itself, or more than ${CHAIN_MAX} that lead on from each other; let it refer to itself below properties or items only`
    : undefined
}

/** A place as `$ref` writes it, a JSON Pointer in a fragment (RFC 6901), without its escapes for URIs. */
function pointerTo(path: readonly string[]): string {
  return ['#', ...path.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

function decoded(ref: string): string {
  try {
    return decodeURIComponent(ref)
  } catch {
    return ref
  }
}
