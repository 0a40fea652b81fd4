/** Fields that people give of things, and the arguments of commands that follow. */
import type { JsonObject } from '../../../core/text/json.ts'

/** Our names of fields, and Todoist's. */
const WIRE_NAMES = {
  name: 'name',
  description: 'description',
  color: 'color',
  view: 'view_style',
  isFavorite: 'is_favorite',
  query: 'query',
} as const

type Given = { readonly [Field in keyof typeof WIRE_NAMES]?: string | boolean | undefined }

/** What was not given is not sent, so that it stays as it is at Todoist. */
export function wireFields(given: Given): JsonObject {
  return Object.fromEntries(
    Object.entries(WIRE_NAMES).flatMap(([field, wireName]) => {
      const value = given[field as keyof Given]
      return value === undefined ? [] : [[wireName, value]]
    }),
  )
}
