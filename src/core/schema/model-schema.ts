/** The schema of an input for models: what they need to write one, in few tokens. */
import { isJsonObject } from '../text/json.ts'
import type { JsonSchema } from './json-schema.ts'

/** What each call checks and an error explains: the lengths of texts, and that unknown fields are refused. */
const CHECKED_BY_CALLS = ['minLength', 'maxLength', 'additionalProperties']

/** The pattern of an id, which is taken from an answer and never made up: its beginning says which kind it is. */
const ID_PATTERN = /^(\^[a-z_]+_)\[0-7\]\[[^\]]+\]\{25\}\$$/

/** The same schema without what a model hardly ever gets wrong. Programs read the whole schema in OpenAPI. */
export function modelSchema(schema: JsonSchema): JsonSchema {
  return shown(schema) as JsonSchema
}

function shown(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema
  const entries = Object.entries(schema).filter(
    // A schema for values under freely chosen names is worth keeping.
    ([keyword, value]) => !CHECKED_BY_CALLS.includes(keyword) || isJsonObject(value),
  )
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, shownPart(keyword, value)]))
}

function shownPart(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'properties':
      return isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shown(field)]))
        : value
    case 'items':
    case 'additionalProperties':
      return shown(value)
    case 'anyOf':
    case 'oneOf':
      return Array.isArray(value) ? value.map(shown) : value
    case 'pattern':
      return typeof value === 'string' ? value.replace(ID_PATTERN, '$1') : value
    default:
      return value
  }
}
