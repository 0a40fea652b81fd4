/** Assembles the tool calls of a Chat Completions stream, however a server splits and numbers their pieces. */

import type { Delta } from '../model.ts'
import { isRecord, isWholeInput, newCallId } from '../tool-input.ts'
import { addFields } from './merge-fields.ts'

export interface GatheredCall {
  /** The server's own id, unless it gave none or used it for another call too. */
  readonly id: string
  name: string
  json: string
  /** Fields that the server wants returned with the call. */
  readonly extras: Map<string, unknown>
}

interface OpenCall extends GatheredCall {
  readonly index: number | undefined
  readonly givenId: string
}

interface Piece {
  readonly index: number | undefined
  readonly id: string
  readonly name: string
  readonly json: string
  readonly extras: Readonly<Record<string, unknown>>
}

interface CallOptions {
  /** Names of the offered tools: they tell part of a name from a whole one. */
  readonly tools: readonly string[]
  onDelta(delta: Delta): void
}

export interface ChatCalls {
  add(piece: unknown): void
  all(): readonly GatheredCall[]
}

export function createChatCalls({ tools, onDelta }: CallOptions): ChatCalls {
  const calls: OpenCall[] = []

  /** The call that a piece may belong to by its number or id; without either, the last call. */
  function candidate({ index, id, name }: Piece): OpenCall | undefined {
    const sameIndex = index === undefined ? undefined : calls.findLast((call) => call.index === index)
    const sameId = id === '' ? undefined : calls.findLast(({ givenId }) => givenId === id)
    const isLoose = name === '' || (index === undefined && id === '')
    return sameIndex ?? sameId ?? (index === undefined && isLoose ? calls.at(-1) : undefined)
  }

  /** A name begins a new call, unless the open call still lacks its name, or part of its arguments. */
  function begins(open: OpenCall, piece: Piece): boolean {
    if (piece.name === '' || open.name === '') return false
    const hasOtherId = piece.id !== '' && open.givenId !== '' && piece.id !== open.givenId
    if (open.json.trim() === '') {
      const isNamePiece = piece.name !== open.name && !tools.includes(open.name)
      return !isNamePiece && (piece.name !== open.name || (hasOtherId && piece.json.trim() === ''))
    }
    if (!isWholeInput(open.json)) return piece.name !== open.name
    return hasOtherId || piece.name !== open.name || !(piece.json.trim() === '' || isRepeated(open, piece))
  }

  function open({ index, id, name }: Piece): OpenCall {
    const isTaken = calls.some((call) => call.id === id)
    const call = {
      ...{ index, givenId: id, name, json: '' },
      id: id === '' || isTaken ? newCallId() : id,
      extras: new Map<string, unknown>(),
    }
    calls.push(call)
    onDelta({ type: 'tool_call', id: call.id, name })
    return call
  }

  return {
    add(value) {
      const piece = readPiece(value)
      if (piece === undefined) return
      const found = candidate(piece)
      const call = found === undefined || begins(found, piece) ? open(piece) : found
      if (call === found) continueName(call, piece.name, tools)
      if (!isRepeated(call, piece)) {
        call.json = isPlaceholder(call, piece) ? piece.json : call.json + piece.json
      }
      addFields(call.extras, piece.extras)
    },
    all: () => calls,
  }
}

/** Some servers write a call without `function` around it, or name its input as other protocols do. */
function readPiece(value: unknown): Piece | undefined {
  if (!isRecord(value)) return undefined
  const { index, id, type: _type, function: called, ...extras } = value
  const isApart = isRecord(called)
  const { name, arguments: given, parameters, input, ...more } = isApart ? called : extras
  return {
    index: typeof index === 'number' ? index : undefined,
    id: typeof id === 'string' ? id : '',
    name: typeof name === 'string' ? name : '',
    json: readArguments(given ?? parameters ?? input),
    extras: !isApart ? more : Object.keys(more).length === 0 ? extras : { ...extras, function: more },
  }
}

/** A text by the protocol; some servers send the object itself. */
function readArguments(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** A server sent the whole call a second time under its id. */
function isRepeated(open: OpenCall, { id, name, json }: Piece): boolean {
  const isSame = name !== '' && id !== '' && id === open.givenId && json === open.json
  return isSame && isWholeInput(json)
}

/** Some servers begin with an empty object before the real one arrives. */
function isPlaceholder(open: OpenCall, { json }: Piece): boolean {
  return open.json.trim() === '{}' && json.trimStart().startsWith('{')
}

/** A name arrives whole, in pieces, or whole with each piece. */
function continueName(call: OpenCall, name: string, tools: readonly string[]): void {
  if (name === '' || name === call.name) return
  call.name = tools.includes(name) ? name : call.name + name
}
