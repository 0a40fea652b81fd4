/** Where an operation's input takes ids, read out of its schema, so that new operations and fields are found by themselves. */

import type { Operation } from '../../../src/core/operation/operation.ts'
import { areas } from '../../../src/tools/registry.ts'

export interface IdField {
  /** Names of fields, and 0 for the first of a list. */
  readonly path: readonly (string | 0)[]
  readonly kind: string
}

export type Input = Record<string, unknown>

const KINDS = areas.flatMap(({ ids }) => ids.map((id) => (typeof id === 'string' ? id : id.name)))

/** Every place in an input that takes the id of something stored. */
export function idFields(operation: Operation): IdField[] {
  return fieldsIn(operation.inputSchema as Schema, [])
}

interface Schema {
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

function fieldsIn(schema: Schema, path: IdField['path']): IdField[] {
  const kind = kindOf(schema, path.at(-1))
  return [
    ...(kind ? [{ path, kind }] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => fieldsIn(field, [...path, name])),
    ...(schema.items ? fieldsIn(schema.items, [...path, 0]) : []),
    ...(schema.anyOf ?? []).flatMap((part) => fieldsIn(part, path)),
  ]
}

function kindOf({ pattern }: Schema, name: string | 0 | undefined): string | undefined {
  // A template is named by an id or, where it is shipped, by a word; an agent always is.
  if (name === 'templateId') return 'template'
  if (name === 'slug' || name === 'agent') return 'agent'
  return KINDS.find((kind) => pattern?.startsWith(`^${kind}_`) || pattern?.startsWith(`^(${kind}_`))
}

/** The input with a value put at a path; what the path leads through is made where it is not there. */
export function withValue(input: Input, path: IdField['path'], value: unknown): Input {
  const changed = structuredClone(input)
  let holder: Record<string | number, unknown> = changed
  for (const [index, step] of path.slice(0, -1).entries()) {
    if (typeof holder[step] !== 'object' || holder[step] === null) {
      holder[step] = path[index + 1] === 0 ? [] : {}
    }
    holder = holder[step] as Record<string | number, unknown>
  }
  const last = path.at(-1)
  if (last !== undefined) holder[last] = value
  return changed
}

/** Whether the example says something at a path. */
export function isGiven(input: Input, path: IdField['path']): boolean {
  let value: unknown = input
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !(step in value)) return false
    value = (value as Record<string | number, unknown>)[step]
  }
  return true
}
