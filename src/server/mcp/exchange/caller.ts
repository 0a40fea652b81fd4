/** The caller through MCP and the requested part of the list: toolsets and the read-only switch, by URL or header. */

import { AppError } from '../../../core/errors.ts'
import type { Actor } from '../../../core/operation/actor.ts'
import type { Selection } from '../../../core/operation/catalog.ts'
import { nearest } from '../../../core/schema/unknown-fields.ts'
import { cutText } from '../../../core/text/cut.ts'

/** The headers besides the URL's `toolsets` and `readonly`. The URL wins for toolsets; either may ask for read-only. */
const TOOLSETS_HEADER = 'x-switchboard-toolsets'
const READONLY_HEADER = 'x-switchboard-readonly'

/** Likely misspellings of these names. Looking through all headers would cost a twentieth of a short call. */
const MISSPELLED_HEADERS: ReadonlyMap<string, string> = new Map([
  ['x-switchboard-toolset', TOOLSETS_HEADER],
  ['x-switchboard-read-only', READONLY_HEADER],
])

/** A selection with its text form, by which lists are cached. */
export interface KeyedSelection extends Selection {
  readonly key: string
}

export interface Caller {
  readonly actor: Actor
  readonly selection: KeyedSelection
  /** Whether the client accepts an event stream: without one, nothing can be sent or asked before an answer. */
  readonly takesStream: boolean
  /** The id of its HTTP request, for following it in log and audit. */
  readonly requestId?: string | undefined
}

/** The selection that a client requests, in words. */
export interface SelectionWords {
  /** Areas and nouns separated by commas, or `all`. */
  readonly toolsets?: string | null | undefined
  readonly readonly?: string | null | undefined
}

export type ReadSelection = (words: SelectionWords) => KeyedSelection

/** The most characters of an unknown name that are repeated in the error. */
const SHOWN_NAME_MAX_CHARS = 64

/** How many selections are remembered at a time; a client uses one or two. */
const REMEMBERED_SELECTIONS = 256

const DEFAULT_SELECTION: KeyedSelection = { door: 'mcp', readonly: false, key: '' }

/**
 * Binds the reading of selections to the existing toolsets. The reader throws `invalid_input` for an unknown toolset
 * and for a switch that is neither on nor off.
 */
export function createSelectionReader(known: readonly string[]): ReadSelection {
  const remembered = new Map<string, KeyedSelection>()
  return ({ toolsets, readonly }) => {
    if (toolsets == null && readonly == null) return DEFAULT_SELECTION
    const words = `${toolsets ?? ''}\n${readonly ?? 'off'}`
    const earlier = remembered.get(words)
    if (earlier) return earlier
    const selection = keyed(readToolsets(toolsets, known), readSwitch(readonly))
    if (remembered.size >= REMEMBERED_SELECTIONS) remembered.clear()
    remembered.set(words, selection)
    return selection
  }
}

/** The names that the URL's query may have, each once. */
const QUERY_NAMES = ['toolsets', 'readonly'] as const

type QueryName = (typeof QUERY_NAMES)[number]

/**
 * The words of a request: its URL's query first, then its headers.
 * @throws AppError `invalid_input` for an unknown or repeated name: a misspelled switch would otherwise silently be off
 */
export function selectionWords({ url, headers }: Request): SelectionWords {
  for (const [wrong, right] of MISSPELLED_HEADERS) if (headers.has(wrong)) throw wrongHeader(wrong, right)
  const query = url.includes('?') ? readQuery(new URL(url).searchParams) : {}
  return {
    toolsets: query.toolsets ?? headers.get(TOOLSETS_HEADER),
    readonly: either(query.readonly, headers.get(READONLY_HEADER)),
  }
}

function readQuery(params: URLSearchParams): Partial<Record<QueryName, string>> {
  const words: Partial<Record<QueryName, string>> = {}
  for (const [given, word] of params) {
    const name = QUERY_NAMES.find((known) => known === given)
    if (name === undefined) throw unknownName(given)
    if (words[name] !== undefined) throw wrongQuery(name, `${name} occurs more than once`)
    words[name] = word
  }
  return words
}

function unknownName(given: string): AppError {
  const shown = cutText(given, SHOWN_NAME_MAX_CHARS, '...')
  const near = nearest(given, QUERY_NAMES)
  const hint = near === undefined ? '' : `; the nearest is ${near}`
  return wrongQuery(shown, `unknown name "${shown}"${hint}`)
}

function wrongHeader(wrong: string, right: string): AppError {
  return new AppError('invalid_input', `There is no header ${wrong}.`, { fix: `Send ${right} instead.` })
}

function wrongQuery(path: string, message: string): AppError {
  return new AppError('invalid_input', `The query of this URL is not valid: ${message}.`, {
    fix: 'Use readonly=1 and toolsets=<areas or nouns such as crm.people, separated by commas>, each once and in lower case, or leave out the query.',
    issues: [{ path, message }],
  })
}

/** A read-only switch in one place is not undone by an `off` in the other. */
function either(inUrl: string | null | undefined, inHeader: string | null): string | null | undefined {
  return inUrl == null || (inHeader !== null && isOff(inUrl)) ? inHeader : inUrl
}

function keyed(toolsets: ReadonlySet<string> | undefined, readonly: boolean): KeyedSelection {
  const names = toolsets ? [...toolsets].sort().join() : '*'
  return { door: 'mcp', toolsets, readonly, key: `${names}|${readonly ? 'ro' : 'rw'}` }
}

function readToolsets(words: string | null | undefined, known: readonly string[]): Set<string> | undefined {
  if (words == null) return undefined
  const names = words
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  if (names.length === 0) {
    throw new AppError('invalid_input', 'No toolset is named.', {
      fix: 'Name areas, such as toolsets=tasks,projects, or leave out toolsets for the default list.',
      issues: [{ path: 'toolsets', message: 'must not be empty' }],
    })
  }
  if (names.includes('all')) return new Set(known)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new AppError('invalid_input', `There is no toolset ${unknown.join(' or ')}.`, {
      fix: `Known toolsets: ${[...known].sort().join(', ')}, and all.`,
      issues: [{ path: 'toolsets', message: `unknown: ${unknown.join(', ')}` }],
    })
  }
  return new Set(names)
}

const ON = ['', '1', 'true', 'on', 'yes']
const OFF = ['0', 'false', 'off', 'no']

function isOff(word: string): boolean {
  return OFF.includes(word.trim().toLowerCase())
}

function readSwitch(word: string | null | undefined): boolean {
  if (word == null || isOff(word)) return false
  if (ON.includes(word.trim().toLowerCase())) return true
  throw new AppError('invalid_input', `readonly is 1 or 0, not ${word}.`, {
    fix: 'Use readonly=1 to hide and refuse everything that writes.',
    issues: [{ path: 'readonly', message: 'must be 1 or 0' }],
  })
}
