/** Who calls through MCP and what of the list they asked for: toolsets and the read-only switch, by URL or header. */
import type { Actor } from '../core/actor.ts'
import type { Selection } from '../core/catalog.ts'
import { AppError } from '../core/errors.ts'

/** The headers beside the URL's `toolsets` and `readonly`. The URL wins for toolsets; either may ask for read-only. */
const TOOLSETS_HEADER = 'x-switchboard-toolsets'
const READONLY_HEADER = 'x-switchboard-readonly'

/** A selection with its text form, by which lists are cached. */
export interface KeyedSelection extends Selection {
  readonly key: string
}

export interface Caller {
  readonly actor: Actor
  readonly selection: KeyedSelection
  /** The id of its HTTP request, by which log and audit are followed. */
  readonly requestId?: string | undefined
}

/** What a client asks for in words. */
export interface SelectionWords {
  /** Areas with commas between them, or `all`. */
  readonly toolsets?: string | null | undefined
  readonly readonly?: string | null | undefined
}

export type ReadSelection = (words: SelectionWords) => KeyedSelection

/** Different selections remembered at a time; a client uses one or two. */
const REMEMBERED_SELECTIONS = 256

const DEFAULT_SELECTION: KeyedSelection = { door: 'mcp', readonly: false, key: '' }

/**
 * Binds the reading of selections to the areas there are.
 * The reader throws `invalid_input` for an unknown toolset and for a switch that is neither on nor off.
 */
export function createSelectionReader(areas: readonly string[]): ReadSelection {
  const remembered = new Map<string, KeyedSelection>()
  return ({ toolsets, readonly }) => {
    if (toolsets == null && readonly == null) return DEFAULT_SELECTION
    const words = `${toolsets ?? ''}\n${readonly ?? 'off'}`
    const known = remembered.get(words)
    if (known) return known
    const selection = keyed(readToolsets(toolsets, areas), readSwitch(readonly))
    if (remembered.size >= REMEMBERED_SELECTIONS) remembered.clear()
    remembered.set(words, selection)
    return selection
  }
}

/** The words of a request: its URL's query first, then its headers. */
export function selectionWords(request: Request): SelectionWords {
  const { url, headers } = request
  const query = url.includes('?') ? new URL(url).searchParams : undefined
  return {
    toolsets: query?.get('toolsets') ?? headers.get(TOOLSETS_HEADER),
    readonly: either(query?.get('readonly'), headers.get(READONLY_HEADER)),
  }
}

/** A read-only switch in one place is not undone by an `off` in the other. */
function either(inUrl: string | null | undefined, inHeader: string | null): string | null | undefined {
  return inUrl == null || (inHeader !== null && isOff(inUrl)) ? inHeader : inUrl
}

function keyed(toolsets: ReadonlySet<string> | undefined, readonly: boolean): KeyedSelection {
  const names = toolsets ? [...toolsets].sort().join() : '*'
  return { door: 'mcp', toolsets, readonly, key: `${names}|${readonly ? 'ro' : 'rw'}` }
}

function readToolsets(words: string | null | undefined, areas: readonly string[]): Set<string> | undefined {
  const names = (words ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  if (names.length === 0) return undefined
  if (names.includes('all')) return new Set(areas)
  const unknown = names.filter((name) => !areas.includes(name))
  if (unknown.length > 0) {
    throw new AppError('invalid_input', `There is no toolset ${unknown.join(' or ')}.`, {
      fix: `Known toolsets: ${[...areas].sort().join(', ')}, and all.`,
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
