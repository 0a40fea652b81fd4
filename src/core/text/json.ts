/** JSON as it comes in: what is an object, what a schema of one allows, and all of it as people are shown it. */

/** A JSON object whose fields are yet to be looked at; a JSON Schema is one too. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Levels of nesting that JSON from outside may have: more than anything here means, and few enough to walk through. */
export const JSON_MAX_LEVELS = 64

/** Whether lists and objects are nested in more than so many levels. */
export function isNestedDeeper(value: unknown, levels = JSON_MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isNestedDeeper(part, levels - 1))
}

/** What a JSON text says; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A schema without choices: unions, and lists of types, taken apart. */
export function alternatives(schema: JsonObject): JsonObject[] {
  const union = unionOf(schema)
  if (union) return union.flatMap(alternatives)
  return Array.isArray(schema.type) ? schema.type.map((type: unknown) => ({ ...schema, type })) : [schema]
}

/** The members of a schema that is a union. */
export function unionOf(schema: JsonObject): JsonObject[] | undefined {
  const union = schema.anyOf ?? schema.oneOf
  return Array.isArray(union) ? union.filter(isJsonObject) : undefined
}

/** Characters that nobody sees or that reorder others, and controls; a line break is only ever between JSON's own tokens. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/gu

/** JSON in which everything is seen that is there: two inputs that differ look different. */
export function seenJson(value: unknown, indent = 0): string {
  return (JSON.stringify(value, null, indent) ?? 'none').replaceAll(UNSEEN, escapeUnits)
}

function escapeUnits(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
