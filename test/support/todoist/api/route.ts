/** One call of REST: what it needs, and what it answers. */
import { invalid } from '../api-error.ts'
import type { Faults } from '../faults.ts'
import type { Access, Scope } from '../sync/scopes.ts'
import type { Json } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

export interface Call extends Acting {
  readonly access: Access
  readonly params: Record<string, string>
  readonly query: Record<string, string>
  readonly body: Json
  readonly faults: Faults
  /** The file that came with the call. */
  readonly upload?: Upload | undefined
}

export interface Upload {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

/** An answer that is not JSON. */
export class FileAnswer {
  readonly type: string
  readonly name: string
  readonly bytes: Buffer

  constructor(type: string, name: string, bytes: Buffer) {
    this.type = type
    this.name = name
    this.bytes = bytes
  }
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With parameters as `:id`. */
  readonly path: string
  /** Without one, the call itself checks what the token may do. */
  readonly scope?: Scope
  /** Returns the body of the answer. */
  run(call: Call): unknown
}

type Run = Route['run']

export const get = (path: string, run: Run): Route => ({ method: 'GET', path, scope: 'data:read', run })
export const post = (path: string, run: Run): Route => ({
  ...{ method: 'POST', path, scope: 'data:read_write', run },
})
export const remove = (path: string, run: Run): Route => ({
  ...{ method: 'DELETE', path, scope: 'data:delete', run },
})

/** Stands for the answer of calls that have nothing to say; a switch decides on its form. */
export const NOTHING = Symbol('nothing')

/** A call that changes something and answers nothing. */
export function silent(act: (call: Call) => unknown): (call: Call) => typeof NOTHING {
  return (call) => {
    act(call)
    return NOTHING
  }
}

export function idOf({ params }: Call): string {
  return params.id ?? ''
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** One page of `rows`; the cursor holds only for the same parameters. */
export function page<Row>(call: Call, rows: readonly Row[], maxLimit = MAX_LIMIT) {
  const { cursor, limit = String(DEFAULT_LIMIT), ...parameters } = call.query
  const asked = Number(limit)
  if (!Number.isInteger(asked) || asked < 1 || asked > maxLimit) invalid('limit', `1 to ${maxLimit}`)
  const key = JSON.stringify(Object.entries(parameters).sort())
  const start = cursor === undefined ? 0 : startIn(cursor, key)
  const size = call.faults.shortPages ? Math.ceil(asked / 2) : asked
  const end = start + size
  const next = end < rows.length ? Buffer.from(JSON.stringify([end, key])).toString('base64url') : null
  return { results: rows.slice(start, end), next_cursor: next }
}

function startIn(cursor: string, key: string): number {
  try {
    const [start, itsKey] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, string]
    if (itsKey === key && Number.isInteger(start)) return start
  } catch {}
  return invalid('cursor')
}
