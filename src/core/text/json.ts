/** JSON from outside: recognizing objects, walking through schemas, and showing every character to people. */

/** A JSON object whose fields are not checked yet; a JSON Schema is one too. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Levels of nesting allowed in JSON from outside: more than any input needs, and few enough to walk through. */
export const JSON_MAX_LEVELS = 64

/** Whether lists and objects are nested in more than so many levels. */
export function isNestedDeeper(value: unknown, levels = JSON_MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isNestedDeeper(part, levels - 1))
}

/** The value of a JSON text; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A schema's alternatives: unions, and lists of types, taken apart. */
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

/**
 * Invisible characters, characters that reorder others, and controls; a line break only occurs between JSON's own
 * tokens.
 */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/gu

/** JSON in which every character is visible: two inputs that differ look different. */
export function seenJson(value: unknown, indent = 0): string {
  return (JSON.stringify(value, null, indent) ?? 'none').replaceAll(UNSEEN, escapeUnits)
}

function escapeUnits(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
