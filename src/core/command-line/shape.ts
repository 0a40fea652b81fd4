/**
 * How an operation's input is written on a command line, derived from its schema by these rules:
 * 1. The fields of the route are words without a flag, in the route's order.
 * 2. The first other required field is a word too. A list takes several words. In a list of objects each word is the
 * first required field of one object, and the other fields are options that apply to each object.
 * 3. Every other field is an option, in kebab-case. One with the name of a flag that every operation has takes `field-` in
 * front: `--field-input`. `confirm` is `--yes`.
 */

import type { Description } from '../operation/description.ts'
import { toKebab } from '../operation/name.ts'
import type { JsonSchema } from '../schema/json-schema.ts'

export type Schema = Readonly<Record<string, unknown>>

export interface Field {
  /** The schema's name for it. */
  readonly name: string
  /** The command line's name for it. */
  readonly words: string
  readonly schema: Schema
  readonly required: boolean
}

export interface Positional extends Field {
  readonly repeated: boolean
}

/** A list of objects, each created from one word. */
export interface Batch {
  readonly name: string
  readonly itemSchema: JsonSchema
  /** The field of an object that its word fills. */
  readonly key: string
  readonly options: readonly Field[]
}

export interface Shape {
  readonly positionals: readonly Positional[]
  readonly options: readonly Field[]
  readonly batch?: Batch
}

/** Flags that every operation has. */
export const COMMON_FLAGS: ReadonlySet<string> = new Set([
  'json',
  'input',
  'idempotency-key',
  'url',
  'local',
  'yes',
  'all',
  'help',
  'version',
])

/** Set by `--yes`, not by a flag of its own. */
export const CONFIRM_FIELD = 'confirm'

export function shapeOf(operation: Description): Shape {
  const fields = fieldsOf(operation.inputSchema).filter((field) => field.name !== CONFIRM_FIELD)
  const inRoute = operation.pathFields.flatMap((name) => fields.find((field) => field.name === name) ?? [])
  const others = fields.filter((field) => !inRoute.includes(field))
  const main = others.find((field) => field.required)
  const positionals: Positional[] = inRoute.map((field) => ({ ...field, repeated: false }))
  const rest = (taken?: Field) => others.filter((field) => field !== taken).map(asOption)
  if (!main) return { positionals, options: rest() }
  const item = itemSchemaOf(main.schema)
  if (!item) {
    if (takesJson(main.schema)) return { positionals, options: rest() }
    positionals.push({ ...main, repeated: isList(main.schema) })
    return { positionals, options: rest(main) }
  }
  const options = rest(main)
  const batch = batchOf(main, item, new Set(options.map(({ words }) => words)))
  if (!batch) return { positionals, options: rest() }
  positionals.push({ ...batch.keyField, repeated: true })
  return { positionals, options, batch: batch.batch }
}

function batchOf(main: Field, item: JsonSchema, taken: ReadonlySet<string>) {
  const fields = fieldsOf(item)
  const keyField = fields.find((field) => field.required && !takesJson(field.schema) && !isList(field.schema))
  if (!keyField) return undefined
  const options = fields
    .filter((field) => field !== keyField)
    .map(asOption)
    .filter(({ words }) => !taken.has(words))
  const batch: Batch = { name: main.name, itemSchema: item, key: keyField.name, options }
  return { keyField, batch }
}

function asOption(field: Field): Field {
  return COMMON_FLAGS.has(field.words) ? { ...field, words: `field-${field.words}` } : field
}

function fieldsOf(schema: JsonSchema): Field[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    words: toKebab(name),
    schema: isSchema(property) ? property : {},
    required: required.has(name),
  }))
}

/** The schema's alternatives. */
export function alternatives(schema: Schema): Schema[] {
  const union = schema.anyOf ?? schema.oneOf
  if (Array.isArray(union)) return union.filter(isSchema).flatMap(alternatives)
  if (Array.isArray(schema.type)) return schema.type.map((type: unknown) => ({ ...schema, type }))
  return [schema]
}

/** The schema of the objects in a list, if its items are or may be objects. */
function itemSchemaOf(schema: Schema): JsonSchema | undefined {
  const list = alternatives(schema).find(({ type }) => type === 'array')
  if (!list || !isSchema(list.items)) return undefined
  return alternatives(list.items).find(isObjectSchema)
}

export function isList(schema: Schema): boolean {
  return alternatives(schema).some(({ type }) => type === 'array')
}

/** Whether it can only be given as JSON text, or as null. */
export function takesJson(schema: Schema): boolean {
  const kinds = alternatives(schema).filter(({ type }) => type !== 'null')
  return (
    kinds.length > 0 &&
    kinds.every(
      (one) => one.type === 'object' || (one.type === undefined && !('enum' in one || 'const' in one)),
    )
  )
}

export function isBoolean(schema: Schema): boolean {
  const kinds = alternatives(schema).filter(({ type }) => type !== 'null')
  return kinds.length > 0 && kinds.every(({ type }) => type === 'boolean')
}

function isObjectSchema(schema: Schema): schema is JsonSchema {
  return schema.type === 'object'
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
