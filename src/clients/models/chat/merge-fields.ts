/** Puts fields together that came in pieces and that nobody here understands, so that they can go back as they came. */
import { isRecord } from '../tool-input.ts'

/** Texts within a field that come in pieces; any other that comes again is the same again. */
const GROWING = ['text', 'summary', 'thinking', 'content', 'reasoning']

/** Adds a piece of each field. A text that is a field by itself grows; null is nothing said. */
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

/** An item goes on with the one of its index, or else with the last one if that is of its type and has no other id. */
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
