/** Cursors: opaque to the caller, a position inside. */

import type { Arguments } from './arguments.ts'
import { refuse } from './refusal.ts'

interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string
}

/** The page of `all` that the call asks for. */
export function pageOf<T>(all: readonly T[], args: Arguments, defaultLimit: number): Page<T> {
  const limit = Math.max(1, args.number('limit', defaultLimit))
  const start = positionOf(args.text('cursor'))
  const items = all.slice(start, start + limit)
  const end = start + items.length
  return { items, nextCursor: end < all.length ? btoa(`next:${end}`) : '' }
}

function positionOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const position = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1]
  return position === undefined ? refuse('invalid_cursor') : Number(position)
}

/** The part of an answer that says where to go on. */
export function nextPage(cursor: string) {
  return { response_metadata: { next_cursor: cursor } }
}
