/** How an input travels in a request: the fields of the route in its path, the rest in the query or in the body. */
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../errors.ts'
import { readWords } from '../schema/words.ts'
import type { JsonObject } from '../text/json.ts'
import type { Description } from './description.ts'

type Routed = Pick<Description, 'method' | 'path' | 'pathFields' | 'inputSchema'>

type Fields = Readonly<Record<string, unknown>>

/** An input as a request carries it. */
export interface Encoded {
  /** The path, and the query if there is one. */
  readonly target: string
  /** Sent as JSON; absent where the request has no body. */
  readonly body?: Fields
}

/** The parts of a request that give an input. */
export interface Carried {
  /** The words of the path, by field. */
  readonly path: Readonly<Record<string, string>>
  /** The text after the `?`. */
  readonly query: string
  readonly body?: JsonObject | undefined
}

/** Whether fields that are not in the path go in the body. A DELETE has no body: HTTP gives it no meaning. */
export function takesBody({ method }: Pick<Routed, 'method'>): boolean {
  return method !== 'GET' && method !== 'DELETE'
}

/** Where a field goes. */
export function placeOf(operation: Routed, field: string): 'path' | 'query' | 'body' {
  if (operation.pathFields.includes(field)) return 'path'
  return takesBody(operation) ? 'body' : 'query'
}

/** An input as a request carries it; `decodeInput` reads it back. */
export function encodeInput(operation: Routed, input: Fields): Encoded {
  const path = operation.path.replace(/:(\w+)/g, (_, field: string) =>
    encodeURIComponent(String(input[field])),
  )
  const rest = Object.entries(input).filter(
    ([field, value]) => value !== undefined && placeOf(operation, field) !== 'path',
  )
  if (takesBody(operation)) return { target: path, body: Object.fromEntries(rest) }
  const query = new URLSearchParams()
  for (const [field, value] of rest) {
    for (const word of wordsOf(operation, field, value)) query.append(field, word)
  }
  return { target: query.size > 0 ? `${path}?${query}` : path }
}

/** Plain words where they are read back as the same value, JSON otherwise. */
function wordsOf({ inputSchema }: Routed, field: string, value: unknown): string[] {
  const words = (Array.isArray(value) ? value : [value]).map(wordOf)
  const isPlain =
    words.length > 0 && isDeepStrictEqual(readWords(inputSchema, { [field]: words })[field], value)
  return isPlain || typeof value === 'string' ? words : [JSON.stringify(value)]
}

function wordOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/**
 * The input that a request carries, unchecked. Words become the types that the schema asks for where possible.
 * @throws AppError `invalid_input` for a field that is given in two places with different values
 */
export function decodeInput({ inputSchema }: Routed, { path, query, body }: Carried): object {
  const words = queryWords(query)
  for (const [field, word] of Object.entries(path)) {
    if (words[field]?.some((inQuery) => inQuery !== word)) throw givenTwice(field)
    words[field] = [word]
  }
  const fields = readWords(inputSchema, words)
  if (body === undefined) return fields
  for (const [field, value] of Object.entries(fields)) {
    if (Object.hasOwn(body, field) && !isDeepStrictEqual(body[field], value)) throw givenTwice(field)
  }
  return { ...body, ...fields }
}

function queryWords(query: string): Record<string, string[]> {
  const words = new Map<string, string[]>()
  for (const [field, word] of new URLSearchParams(query)) {
    const earlier = words.get(field)
    if (earlier) earlier.push(word)
    else words.set(field, [word])
  }
  return Object.fromEntries(words)
}

function givenTwice(path: string): AppError {
  return new AppError('invalid_input', `${path} is given twice, with different values.`, {
    fix: 'Give it once: in the path where the route has it, else in the body or in the query.',
    issues: [{ path, message: 'is given twice, with different values' }],
  })
}
