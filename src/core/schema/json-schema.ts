/** The compact JSON Schema of an operation's input or output. */
import { z } from 'zod'

/** A JSON Schema of an object. */
export interface JsonSchema {
  readonly type: 'object'
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly [keyword: string]: unknown
}

/** The JSON Schema of an object schema's input or output: closed and compact. */
export function toSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    reused: 'inline',
    override: closeObject,
  })
  return compact(rest) as JsonSchema
}

/** An object takes only the fields that it names, unless its schema says otherwise. */
function closeObject({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes
  jsonSchema: z.core.JSONSchema.BaseSchema
}) {
  if (zodSchema._zod.def.type === 'object') jsonSchema.additionalProperties ??= false
}

const SCALARS: readonly unknown[] = ['string', 'integer', 'number', 'boolean']

/**
 * The same schema in fewer words, because models pay for it by the token: "a scalar or null" as `type: ['string',
 * 'null']`, no pattern that repeats a format, no bounds that every safe integer keeps.
 */
function compact(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(compact)
  if (typeof schema !== 'object' || schema === null) return schema
  const { anyOf, ...rest } = Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) =>
      saysNothing(keyword, value, schema) ? [] : [[keyword, compact(value)]],
    ),
  )
  if (anyOf === undefined) return rest
  const [given, other] = Array.isArray(anyOf) && anyOf.length === 2 ? anyOf : []
  if (other?.type !== 'null' || !SCALARS.includes(given?.type)) return { ...rest, anyOf }
  const allowed = given.enum === undefined ? {} : { enum: [...given.enum, null] }
  return { ...given, ...rest, type: [given.type, 'null'], ...allowed }
}

function saysNothing(keyword: string, value: unknown, schema: object): boolean {
  if (keyword === 'pattern' && 'format' in schema) return typeof value === 'string'
  if (keyword === 'maximum') return value === Number.MAX_SAFE_INTEGER
  return keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER
}
