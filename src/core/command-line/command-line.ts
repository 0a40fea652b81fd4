/** Writes an input as a command line, for help, pages and next steps. */
import { isDeepStrictEqual } from 'node:util'
import type { Description } from '../operation/description.ts'
import { CONFIRM_FIELD, type Field, isBoolean, type Shape, shapeOf } from './shape.ts'
import { typedFields } from './typed-fields.ts'

/** The words after `switchboard` that call `operation` with `input`, unquoted. */
export function wordsFor(operation: Description, input: Readonly<Record<string, unknown>>): string[] {
  const { [CONFIRM_FIELD]: confirmed, ...fields } = input
  const shape = shapeOf(operation)
  const command = operation.command.split(' ')
  const yes = confirmed === true ? ['--yes'] : []
  return [
    ...command,
    ...(typedWords(operation, shape, fields) ?? ['--input', JSON.stringify(fields)]),
    ...yes,
  ]
}

/** The same as one line for a POSIX shell. `program`: the command to type in place of `switchboard`. */
export function lineFor(
  operation: Description,
  input: Readonly<Record<string, unknown>>,
  program = 'switchboard',
): string {
  return [program, ...wordsFor(operation, input).map(quoted)].join(' ')
}

/** The verb of the command that shows a stream live, beside the operation that streams. */
export const WATCH_VERB = 'watch'

/** The command line that shows an operation's stream live: `switchboard runs watch run_...`. */
export function watchLineFor(operation: Description, input: Readonly<Record<string, unknown>>): string {
  const group = operation.command.split(' ').slice(0, -1)
  const words = operation.pathFields.map((field) => String(input[field]))
  return ['switchboard', ...group, WATCH_VERB, ...words].map(quoted).join(' ')
}

export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`
}

/** Words, if reading them gives exactly the same fields. */
function typedWords(
  operation: Description,
  shape: Shape,
  fields: Readonly<Record<string, unknown>>,
): string[] | undefined {
  const laid = layOut(shape, fields)
  if (!laid) return undefined
  const { positionals, options } = laid
  const named = new Map([...options].map(([field, words]) => [field.name, words]))
  if (positionals.some((words) => words.length === 0 || words.some((word) => word.startsWith('-'))))
    return undefined
  if (!isDeepStrictEqual(typedFields(operation, shape, { positionals, options: named }), fields))
    return undefined
  return [...positionals.flat(), ...[...options].flatMap(([field, words]) => optionWords(field, words))]
}

function optionWords(field: Field, words: readonly string[]): string[] {
  if (isBoolean(field.schema) && words[0] === 'true') return [`--${field.words}`]
  if (isBoolean(field.schema) && words[0] === 'false') return [`--no-${field.words}`]
  return words.flatMap((word) => [`--${field.words}`, word])
}

interface LaidOut {
  readonly positionals: readonly (readonly string[])[]
  readonly options: ReadonlyMap<Field, readonly string[]>
}

function layOut(shape: Shape, fields: Readonly<Record<string, unknown>>): LaidOut | undefined {
  const { batch } = shape
  const single = shape.positionals.slice(0, batch ? -1 : undefined)
  const options = new Map(present(shape.options, fields))
  const positionals = single.map((field) => wordsOf(fields[field.name]))
  if (!batch) return { positionals, options }
  const items = fields[batch.name]
  if (!Array.isArray(items) || !items.every(isRecord)) return undefined
  for (const [field, words] of present(batch.options, items[0] ?? {})) options.set(field, words)
  return { positionals: [...positionals, items.flatMap((item) => wordsOf(item[batch.key]))], options }
}

function present(
  candidates: readonly Field[],
  fields: Readonly<Record<string, unknown>>,
): [Field, readonly string[]][] {
  return candidates
    .filter((field) => fields[field.name] !== undefined)
    .map((field) => [field, optionWordsOf(fields[field.name])])
}

/** A list of plain words is one word with commas, as people type it. */
function optionWordsOf(value: unknown): string[] {
  const words = wordsOf(value)
  return words.length > 1 && !words.some((word) => word.includes(',')) ? [words.join(',')] : words
}

function wordsOf(value: unknown): string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.length > 0 && !value.some(isRecord)) return value.map(String)
  return [typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
