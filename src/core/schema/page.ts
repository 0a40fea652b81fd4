/** Paging: an opaque cursor in, items and the next cursor out; there are no page numbers. */
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { isStorable } from '../text/storable.ts'
import { Moment } from './ranges.ts'

/** Items on one page. */
const PAGE_LIMIT = { default: 50, max: 100 } as const

/** The most characters in a cursor: far more than ours have. */
const CURSOR_MAX_CHARS = 1000

/** The paging fields of a list operation's input. */
export const pageInput = {
  limit: z.int().min(1).max(PAGE_LIMIT.max).default(PAGE_LIMIT.default).describe('Items to return'),
  cursor: z.string().max(CURSOR_MAX_CHARS).optional().describe('nextCursor of the previous page'),
}

/** The output of a list operation. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** The place where a page ended: the sort it belongs to and the last item's sort values, id last. */
export interface PagePosition {
  readonly sort: string
  readonly after: readonly (string | number)[]
}

export function encodeCursor(position: PagePosition): string {
  return Buffer.from(JSON.stringify([position.sort, ...position.after])).toString('base64url')
}

/**
 * Reads a cursor: the sort values after which the page begins, in the shape of this sort.
 * @throws AppError `invalid_input` when it is not a cursor of Switchboard, or belongs to another sort order.
 */
export function decodeCursor<After>(cursor: string, sort: string, shape: z.ZodType<After>): After {
  const [ofSort, ...after] = unpack(cursor)
  const position = shape.safeParse(after)
  if (position.success && ofSort === sort) return position.data
  throw new AppError('invalid_input', 'The cursor does not belong to this list.', {
    fix: 'Pass nextCursor of the previous page unchanged, with the same sort, or leave cursor out to start again.',
    issues: [{ path: 'cursor', message: 'not a cursor of this list' }],
  })
}

function unpack(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/** A sort value that is text which PostgreSQL can store. */
export const sortText = z.string().refine(isStorable)

/** A sort value that is a moment, in the form of `toISOString`. */
export const sortMoment = Moment.transform((text) => new Date(text).toISOString())

/** Cuts a list with one extra item down to a page. `positionOf` gives the sort values of an item. */
export function toPage<Item>(
  rows: readonly Item[],
  limit: number,
  positionOf: (item: Item) => PagePosition,
): { items: Item[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  }
}
