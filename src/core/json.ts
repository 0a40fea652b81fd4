/** JSON as it comes in: what is an object, and what a schema of one allows. */

/** A JSON object whose fields are yet to be looked at; a JSON Schema is one too. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
