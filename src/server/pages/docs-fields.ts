/** Writes JSON Schemas as lists of fields for people: names, types, limits, defaults, meanings. */
import { idWords } from '../../core/operation/ids.ts'
import { alternatives, isJsonObject, type JsonObject, unionOf } from '../../core/text/json.ts'
import { type Html, html } from './html.ts'

interface Field {
  /** The full path of the field, e.g. `tasks[].title`. */
  readonly name: string
  readonly type: string
  readonly limits: string | undefined
  readonly required: boolean
  readonly description: string | undefined
  readonly standard: string | undefined
}

/** How many levels of nested fields are shown. */
const DEPTH_MAX = 3

/** The fields of an object's schema; `showRequired` marks required ones. */
export function fieldList(schema: JsonObject, showRequired: boolean): Html {
  const fields = fieldsOf(schema, '', DEPTH_MAX)
  if (fields.length === 0) return html`<p class="none">No fields.</p>`
  return html`<dl class="fields">${fields.map((field) => fieldEntry(field, showRequired))}</dl>`
}

function fieldEntry(
  { name, type, limits, required, description, standard }: Field,
  showRequired: boolean,
): Html {
  const cut = Math.max(name.lastIndexOf('.'), name.lastIndexOf(']')) + 1
  return html`<div><dt><code><span>${name.slice(0, cut)}</span>${name.slice(cut)}</code> <span class="type">${type}</span>${
    showRequired && required ? html` <span class="required">required</span>` : undefined
  }</dt><dd>${[description, limits, standard === undefined ? undefined : `default ${standard}`].filter(isText).join(' · ')}</dd></div>`
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}

function fieldsOf(schema: JsonObject, within: string, depth: number): Field[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).flatMap(([key, value]) => {
    const property = isJsonObject(value) ? value : {}
    const name = within + key
    const inner = innerObject(property)
    const field = {
      name,
      type: typeOf(property),
      limits: limitsOf(property),
      required: required.includes(key),
      description: descriptionOf(property),
      standard: property.default === undefined ? undefined : JSON.stringify(property.default),
    }
    return [field, ...(inner && depth > 1 ? fieldsOf(inner.schema, name + inner.mark, depth - 1) : [])]
  })
}

/** The object that a field is, or that it is a list of. */
function innerObject(schema: JsonObject): { schema: JsonObject; mark: string } | undefined {
  for (const one of alternatives(schema)) {
    if (isJsonObject(one.properties)) return { schema: one, mark: '.' }
    const item = isJsonObject(one.items) ? innerObject(one.items) : undefined
    if (item) return { schema: item.schema, mark: `[]${item.mark}` }
  }
  return undefined
}

/** A schema's type in words, e.g. `open | done`, `task id[]`, `string or null`. */
function typeOf(schema: JsonObject): string {
  const types = alternatives(schema).map(plainType)
  return [...new Set(types)].join(' or ')
}

function plainType(schema: JsonObject): string {
  if ('const' in schema) return String(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(' | ')
  if (schema.type === 'array') {
    const item = isJsonObject(schema.items) ? typeOf(schema.items) : 'any'
    return item.includes(' ') && !/ id( or [A-Z]+-12)?$/.test(item) ? `(${item})[]` : `${item}[]`
  }
  if (schema.type === 'string') return stringType(schema)
  return typeof schema.type === 'string' ? schema.type : 'any'
}

function stringType({ pattern, format }: JsonObject): string {
  return idWords(pattern) ?? (typeof format === 'string' ? format : 'string')
}

function descriptionOf(schema: JsonObject): string | undefined {
  const own = [schema, ...alternatives(schema), ...(unionOf(schema) ?? [])].find(
    ({ description }) => typeof description === 'string',
  )
  return typeof own?.description === 'string' ? own.description : undefined
}

/** The limits of a value, e.g. `1 to 500 characters`. */
function limitsOf(schema: JsonObject): string | undefined {
  for (const one of alternatives(schema)) {
    const text =
      range(one.minLength, one.maxLength, 'characters') ??
      range(one.minItems, one.maxItems, 'items') ??
      range(one.minimum, one.maximum, '')
    if (text !== undefined) return text
  }
  return undefined
}

function range(least: unknown, most: unknown, unit: string): string | undefined {
  const low = isLimit(least) ? least.toLocaleString('en') : undefined
  const high = isLimit(most) ? most.toLocaleString('en') : undefined
  if (low === undefined && high === undefined) return undefined
  const text =
    high === undefined ? `${low} or more` : low === undefined ? `up to ${high}` : `${low} to ${high}`
  return least === 1 && high === undefined && unit !== '' ? undefined : `${text} ${unit}`.trim()
}

/** The smallest and largest storable numbers are not limits. */
function isLimit(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER
}
