/** Reads the words of a command line as fields of an operation's input. */
import { AppError } from '../errors.ts'
import type { Description } from '../operation/description.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { readWords } from '../schema/words.ts'
import type { Field, Positional, Shape } from './shape.ts'

/** The typed words, by the names of the shape. */
export interface Typed {
  /** One list for each positional, in order; empty where it was left out. */
  readonly positionals: readonly (readonly string[])[]
  /** The words of each option that was given, by field name. */
  readonly options: ReadonlyMap<string, readonly string[]>
  /** JSON text, `-` for the standard input, or `@file`. */
  readonly input?: string | undefined
}

/** The fields from words, without `--input`. */
export function typedFields(operation: Description, shape: Shape, typed: Typed): Record<string, unknown> {
  const { batch } = shape
  const single = shape.positionals.slice(0, batch ? -1 : undefined)
  const named = new Map([
    ...single.map((field, index) => [field.name, typed.positionals[index] ?? []] as const),
    ...given(shape.options, typed),
  ])
  const fields = readWords(operation.inputSchema, recordOf(named))
  if (!batch) return fields
  const shared = recordOf(new Map(given(batch.options, typed)))
  const heads = typed.positionals[single.length] ?? []
  if (heads.length === 0 && Object.keys(shared).length > 0) {
    const keyField = shape.positionals.at(-1)
    if (keyField) throw lacks(operation, keyField)
  }
  if (heads.length === 0) return fields
  return {
    ...fields,
    [batch.name]: heads.map((word) => readItem(batch.itemSchema, { ...shared, [batch.key]: [word] })),
  }
}

function readItem(schema: JsonSchema, words: Record<string, readonly string[]>): Record<string, unknown> {
  return readWords(schema, words)
}

function given(fields: readonly Field[], typed: Typed): [string, readonly string[]][] {
  return fields.flatMap((field) => {
    const words = typed.options.get(field.name)
    return words ? [[field.name, words]] : []
  })
}

function recordOf(words: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> {
  return Object.fromEntries([...words].filter(([, list]) => list.length > 0))
}

/** The refusal of a call with a missing word. */
export function lacks(operation: Description, field: Positional, more: readonly Field[] = []): AppError {
  return new AppError('invalid_input', `${operation.command} needs <${field.words}>.`, {
    fix: `See switchboard ${operation.command} --help.`,
    issues: [field, ...more].map(({ name }) => ({ path: name, message: 'is missing' })),
  })
}
