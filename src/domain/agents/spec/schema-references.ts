/** Finds the schemas within a JSON Schema, and checks that its references end. */
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'

/** The longest chain of references and alternatives before a part of the answer is examined. */
const CHAIN_MAX = 64

/** Keywords whose schemas apply to the same value as the schema around them. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']
/** Keywords whose schemas apply to a part of the value, or are only kept for reference. */
const PARTS = [
  ...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains', '$defs', 'definitions'],
]
/** The keywords among these that hold schemas by name. */
const BY_NAME = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']

/** A schema, and the path to it from the outermost one. */
export interface Placed {
  readonly path: readonly string[]
  readonly schema: JsonObject
}

/** A schema and all schemas within it; the schema is JSON of bounded depth. */
export function schemasIn(schema: JsonObject, path: readonly string[] = []): Placed[] {
  const within = [...SAME_VALUE, ...PARTS].flatMap((keyword) => under(schema, keyword))
  return [
    { path, schema },
    ...within.flatMap(({ path: below, schema: each }) => schemasIn(each, [...path, ...below])),
  ]
}

/** The schemas under a keyword: one, a list, or by name. */
function under(schema: JsonObject, keyword: string): Placed[] {
  const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined
  const isMany = Array.isArray(value) || BY_NAME.includes(keyword)
  const held: [string[], unknown][] = isMany
    ? Object.entries(value ?? {}).map(([name, each]) => [[keyword, name], each])
    : [[[keyword], value]]
  return held.flatMap(([path, each]) => (isJsonObject(each) ? [{ path, schema: each }] : []))
}

/** Follows references as a check would: each must point to a schema here, and must end or reach a part of the value. */
export function referenceFault(all: readonly Placed[]): string | undefined {
  const known = new Map(all.map(({ path, schema }) => [pointerTo(path), schema]))
  const lengths = new Map<JsonObject, number>()

  /** The length of the chain from here; infinite while it is being counted. */
  function chainFrom(schema: JsonObject): number {
    const counted = lengths.get(schema)
    if (counted !== undefined) return counted
    // A path that comes back here in the meantime is circular.
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
    ? `has a $ref that leads back to itself, or a chain of more than ${CHAIN_MAX}; let it refer to itself only below properties or items`
    : undefined
}

/** A path in the form of `$ref`: a JSON Pointer in a fragment (RFC 6901), without its escapes for URIs. */
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
