/** Reads the words of a command line as the input of an operation. */
import { readFile } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { JsonSchema } from '../../core/schema/json-schema.ts'
import { decodeUtf8 } from '../../core/schema/utf8.ts'
import { readWords } from '../../core/schema/words.ts'
import type { Field, Positional, Shape } from './shape.ts'

/** What a person typed, by the names of the shape. */
export interface Typed {
  /** One list for each positional, in order; empty where it was left out. */
  readonly positionals: readonly (readonly string[])[]
  /** The words of each option that was given, by field name. */
  readonly options: ReadonlyMap<string, readonly string[]>
  /** JSON text, `-` for the standard input, or `@file`. */
  readonly input?: string | undefined
}

/** Stands for the standard input. */
const STDIN = '-'

/**
 * Gives the input; what is typed wins over what `--input` says. Nothing is checked that the operation checks itself.
 * @throws AppError `invalid_input`
 */
export async function readInput(
  operation: Operation,
  shape: Shape,
  typed: Typed,
  readStdin: () => Promise<string>,
): Promise<Record<string, unknown>> {
  const base = typed.input === undefined ? undefined : await readJsonInput(typed.input, readStdin)
  const words = await Promise.all(
    shape.positionals.map((positional, index) =>
      withStdin(positional, typed.positionals[index] ?? [], readStdin),
    ),
  )
  const missing = shape.positionals.find((_, index) => words[index]?.length === 0)
  if (missing && base === undefined) {
    const needed = shape.options.filter(({ name, required }) => required && !typed.options.has(name))
    throw lacks(operation, missing, needed)
  }
  return { ...base, ...typedFields(operation, shape, { positionals: words, options: typed.options }) }
}

/** The fields that words give, without `--input`. */
export function typedFields(operation: Operation, shape: Shape, typed: Typed): Record<string, unknown> {
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

/** `-` takes the standard input: whole for one word, a line each for several. */
async function withStdin(
  positional: Positional,
  words: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly string[]> {
  if (words.length !== 1 || words[0] !== STDIN) return words
  const text = await readStdin()
  if (!positional.repeated) return [text.trim()]
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

async function readJsonInput(
  source: string,
  readStdin: () => Promise<string>,
): Promise<Record<string, unknown>> {
  const text = await inputText(source, readStdin)
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {}
  throw new AppError('invalid_input', '--input is not a JSON object.', {
    fix: `Give an object in quotes: --input '{"field": "value"}'; or a file: --input @file.json; or the standard input: --input -`,
  })
}

async function inputText(source: string, readStdin: () => Promise<string>): Promise<string> {
  if (source === STDIN) return readStdin()
  if (!source.startsWith('@')) return source
  const path = source.slice(1)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('invalid_input', `The file ${path} cannot be read.`, {
      fix: 'Name a file that is there and may be read: --input @file.json',
      cause,
    })
  })
  return decodeUtf8(bytes, `The file ${path}`)
}

function lacks(operation: Operation, field: Positional, more: readonly Field[] = []): AppError {
  return new AppError('invalid_input', `${operation.command} needs <${field.words}>.`, {
    fix: `See switchboard ${operation.command} --help.`,
    issues: [field, ...more].map(({ name }) => ({ path: name, message: 'is missing' })),
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
