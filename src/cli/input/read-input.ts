/** Reads the words of a command line as the input of an operation. */
import { readFile } from 'node:fs/promises'
import type { Positional, Shape } from '../../core/command-line/shape.ts'
import { lacks, type Typed, typedFields } from '../../core/command-line/typed-fields.ts'
import { AppError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { decodeUtf8 } from '../../core/schema/utf8.ts'

/** Means the standard input. */
const STDIN = '-'

/**
 * Builds the input; typed fields win over `--input`. The operation itself checks the fields.
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
      fix: 'Name an existing, readable file: --input @file.json',
      cause,
    })
  })
  return decodeUtf8(bytes, `The file ${path}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
