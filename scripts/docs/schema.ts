/** JSON Schemas as rows of a table for people. */

import { isDeepStrictEqual } from 'node:util'
import { idWords } from '../../src/core/operation/ids.ts'

export type Schema = Readonly<Record<string, unknown>>

/** A schema that has a section of its own, which others point to. */
export interface NamedShape {
  readonly name: string
  readonly schema: Schema
}

export interface FieldRow {
  /** Dotted, with `[]` for the items of a list. */
  readonly path: string
  /** What it takes or gives, in Markdown. */
  readonly type: string
  readonly required: boolean
  readonly meaning: string
}

/** The fields of an object schema, those of objects within it after their own. */
export function fieldRows(schema: Schema, shapes: readonly NamedShape[], prefix = ''): FieldRow[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  return Object.entries(asSchema(schema.properties)).flatMap(([name, value]) => {
    const field = asSchema(value)
    const path = `${prefix}${name}`
    const row = { path, type: typeOf(field, shapes), required: required.has(name), meaning: meaningOf(field) }
    return [row, ...innerRows(field, shapes, path)]
  })
}

function innerRows(schema: Schema, shapes: readonly NamedShape[], path: string): FieldRow[] {
  return choices(schema).flatMap((choice) => {
    if (shapeOf(choice, shapes)) return []
    if (choice.type === 'array') return innerRows(asSchema(choice.items), shapes, `${path}[]`)
    return choice.type === 'object' && isFailure(choice) === false
      ? fieldRows(choice, shapes, `${path}.`)
      : []
  })
}

/** An item that failed looks the same everywhere, so it is documented once. */
function isFailure(schema: Schema): boolean {
  return isDeepStrictEqual(asSchema(asSchema(schema.properties).ok).const, false)
}

function typeOf(schema: Schema, shapes: readonly NamedShape[]): string {
  const texts = choices(schema).map((choice) => oneType(choice, shapes))
  return [...new Set(texts)].join(' or ')
}

function oneType(schema: Schema, shapes: readonly NamedShape[]): string {
  const shape = shapeOf(schema, shapes)
  if (shape) return `[${shape.name}](#${shape.name.toLowerCase().replaceAll(' ', '-')})`
  if (isFailure(schema)) return '[failed item](#failed-item)'
  if ('const' in schema) return `\`${JSON.stringify(schema.const)}\``
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.type === 'array')
    return `list of ${typeOf(asSchema(schema.items), shapes)}${bounds(schema, 'Items')}`
  if (schema.type === 'integer' || schema.type === 'number') return `${schema.type}${range(schema)}`
  const id = idWords(schema.pattern)
  if (id !== undefined) return id
  if (schema.type === 'string') return `text${bounds(schema, 'Length')}`
  return typeof schema.type === 'string' ? schema.type : 'any'
}

function range({ minimum, maximum }: Schema): string {
  return between(safeBound(minimum), safeBound(maximum))
}

function bounds(schema: Schema, what: 'Items' | 'Length'): string {
  const unit = what === 'Length' ? ' characters' : ''
  const said = between(safeBound(schema[`min${what}`]), safeBound(schema[`max${what}`]))
  return said && `${said}${unit}`
}

function between(low: number | undefined, high: number | undefined): string {
  if (high !== undefined) return low === undefined ? `, up to ${high}` : `, ${low} to ${high}`
  return low === undefined || low <= 1 ? '' : `, ${low} or more`
}

/** The bounds of a safe integer say nothing. */
function safeBound(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined
}

function meaningOf(schema: Schema): string {
  const said = typeof schema.description === 'string' ? schema.description : innerMeaning(schema)
  const { default: value } = schema
  const fallback = value === undefined || value === null ? '' : `default \`${JSON.stringify(value)}\``
  return [said, fallback].filter((part) => part !== '').join('; ')
}

function innerMeaning(schema: Schema): string {
  const described = choices(schema).find(({ description }) => typeof description === 'string')
  return described ? String(described.description) : ''
}

function shapeOf(schema: Schema, shapes: readonly NamedShape[]): NamedShape | undefined {
  const { description: _said, ...bare } = schema
  return shapes.find((shape) => isDeepStrictEqual(shape.schema, bare))
}

function choices(schema: Schema): Schema[] {
  const union = schema.anyOf ?? schema.oneOf
  if (Array.isArray(union)) return union.flatMap((one) => choices(asSchema(one)))
  if (Array.isArray(schema.type)) return schema.type.map((type: unknown) => ({ ...schema, type }))
  return [schema]
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
