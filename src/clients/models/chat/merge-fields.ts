/** Assembles unknown fields that arrive in pieces, so that they can be returned as they came. */
import { isRecord } from '../tool-input.ts'

/** Fields whose text arrives in pieces; in any other field a repeated text is the same text again. */
const GROWING = ['text', 'summary', 'thinking', 'content', 'reasoning']

/** Adds a piece of each field. A field that is a text itself grows; null adds nothing. */
export function addFields(fields: Map<string, unknown>, pieces: Readonly<Record<string, unknown>>): void {
  for (const [name, piece] of Object.entries(pieces)) {
    if (piece === null || piece === undefined) continue
    const old = fields.get(name)
    fields.set(name, typeof old === 'string' && typeof piece === 'string' ? old + piece : merged(old, piece))
  }
}

function merged(old: unknown, piece: unknown): unknown {
  if (Array.isArray(old) && Array.isArray(piece)) return piece.reduce<unknown[]>(addItem, old)
  return isRecord(old) && isRecord(piece) ? mergedRecord(old, piece) : piece
}

function mergedRecord(old: Record<string, unknown>, piece: Record<string, unknown>): Record<string, unknown> {
  const fields = new Map(Object.entries(old))
  for (const [name, value] of Object.entries(piece)) {
    if (value === null || value === undefined) continue
    const before = fields.get(name)
    const grows = typeof before === 'string' && typeof value === 'string' && GROWING.includes(name)
    fields.set(name, grows ? before + value : merged(before, value))
  }
  return Object.fromEntries(fields)
}

/** Continues the item with the same index, or else the last item if it has the same type and no other id. */
export function addItem(items: readonly unknown[], item: unknown): unknown[] {
  const at = items.findLastIndex((old) => isRecord(old) && isRecord(item) && goesOnWith(old, item))
  const old = items[at]
  const isLast = at === items.length - 1
  const hasIndex = isRecord(item) && typeof item.index === 'number'
  if (at < 0 || !(isLast || hasIndex) || !isRecord(old) || !isRecord(item)) return [...items, item]
  return items.with(at, mergedRecord(old, item))
}

function goesOnWith(old: Record<string, unknown>, item: Record<string, unknown>): boolean {
  const isSame = (name: string) => item[name] === undefined || item[name] === null || item[name] === old[name]
  return isSame('index') && isSame('type') && isSame('id')
}
