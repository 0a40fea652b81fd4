/** Describes in help what a field takes, from its schema. */

import { alternatives, isBoolean, isList, type Schema, takesJson } from '../../core/command-line/shape.ts'
import { cutText } from '../../core/text/cut.ts'

/** The most characters of choices that are still listed in one line of help. */
const CHOICES_MAX_CHARS = 120

/** The placeholder for the value: `<text>`, `<number>`, `<a,b>`, `<json>`; none for a switch. */
export function placeholderOf(schema: Schema): string {
  if (isBoolean(schema)) return ''
  if (isList(schema)) return itemsOf(schema).every(takesJson) ? '<json>' : '<a,b>'
  if (takesJson(schema)) return '<json>'
  const kinds = alternatives(schema).filter(({ type }) => type !== 'null')
  if (choicesOf(schema).length > 0) return '<choice>'
  if (kinds.every(({ type }) => type === 'integer' || type === 'number')) return '<number>'
  return kinds.some(({ pattern }) => typeof pattern === 'string' && /^\^\(?[a-z]+_/.test(pattern))
    ? '<id>'
    : '<text>'
}

/**
 * Its meaning, choices, bounds and default, in one line; and how to clear it, if possible, unless its meaning says so.
 */
export function describeField(schema: Schema, isClearable: boolean): string {
  const meaning = meaningOf(schema)
  const takesNull = isClearable && alternatives(schema).some(({ type }) => type === 'null')
  const clear = takesNull && !/\bnull\b/.test(meaning) ? 'null: none' : ''
  const notes = [choicesNote(schema), boundsNote(schema), objectNote(schema), clear, defaultNote(schema)]
  const said = notes.filter((note) => note !== '').join('; ')
  if (said === '') return meaning
  return meaning === '' ? said : `${meaning} (${said})`
}

/** Its description, which may be inside a choice. */
function meaningOf(schema: Schema): string {
  if (typeof schema.description === 'string') return schema.description
  const union = schema.anyOf ?? schema.oneOf
  const inner = Array.isArray(union) ? union.map((one: Schema) => meaningOf(one)) : []
  return inner.find((meaning) => meaning !== '') ?? ''
}

function choicesNote(schema: Schema): string {
  const listed = [...new Set(choicesOf(schema).map(String))].join(', ')
  return cutText(listed, CHOICES_MAX_CHARS, '...')
}

function choicesOf(schema: Schema): unknown[] {
  return [...alternatives(schema), ...itemsOf(schema)].flatMap((one) => {
    if ('const' in one) return [one.const]
    return Array.isArray(one.enum) ? one.enum.filter((choice: unknown) => choice !== null) : []
  })
}

function itemsOf(schema: Schema): Schema[] {
  return alternatives(schema).flatMap(({ type, items }) =>
    type === 'array' && typeof items === 'object' && items !== null ? alternatives({ ...items }) : [],
  )
}

function boundsNote(schema: Schema): string {
  const numeric = alternatives(schema).find(({ type }) => type === 'integer' || type === 'number')
  const low = boundOf(numeric?.minimum)
  const high = boundOf(numeric?.maximum)
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  if (low !== undefined) return `${low} or more`
  return high === undefined ? '' : `${high} at most`
}

/** Bounds that only mean "a safe integer" are of no use to people. */
function boundOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined
}

/** The fields of an object that is given as JSON: `{"usd": number, "tokens": number}`. */
function objectNote(schema: Schema): string {
  const object = takesJson(schema) ? alternatives(schema).find(({ type }) => type === 'object') : undefined
  const properties = object?.properties
  if (typeof properties !== 'object' || properties === null) return ''
  const fields = Object.entries(properties).map(
    ([name, field]) => `${JSON.stringify(name)}: ${kindOf(field)}`,
  )
  return fields.length === 0 ? '' : `{${fields.join(', ')}}`
}

function kindOf(schema: Schema): string {
  if (isBoolean(schema)) return 'true or false'
  if (isList(schema)) return '[...]'
  if (takesJson(schema)) return '{...}'
  const isNumber = alternatives(schema).some(({ type }) => type === 'integer' || type === 'number')
  return isNumber ? 'number' : 'text'
}

/** An empty default is of no use to people. */
function defaultNote(schema: Schema): string {
  const value = schema.default
  if (value === undefined || value === null || value === false || value === '') return ''
  if (typeof value !== 'object') return `default ${String(value)}`
  if (Object.keys(value).length === 0) return ''
  return `default ${Array.isArray(value) ? value.join(',') : JSON.stringify(value)}`
}
