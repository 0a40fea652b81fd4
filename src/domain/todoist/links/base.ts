/** What both sides of a pair had when they were last in step, and what the mirror shows of what was sent since. */
import { type Base, type Here, readThere, type There } from './fields.ts'
import type { Both } from './presence.ts'
import { type Pair, stateOf } from './work.ts'

/** What Todoist has; while the mirror does not show yet what was sent, that. */
export function todoistSide(pair: Pair, { item }: Both): There {
  const there = readThere(item)
  return isStale(pair, item) ? { ...there, ...pair.base.there } : there
}

export function isStale({ sentOver }: Pair, item: Both['item']): boolean {
  return sentOver !== null && sentOver === stateOf(item)
}

export function agree(
  pair: Pair,
  agreed: { readonly here?: Partial<Here>; readonly there?: Partial<There> },
): void {
  const base: Base = pair.base
  pair.base = { here: { ...base.here, ...agreed.here }, there: { ...base.there, ...agreed.there } }
}

/** When Todoist last changed the task as the mirror has it; the moment of this call where Todoist does not say. */
export function changedAt({ wire }: Both['item'], now: Date): Date {
  const at = typeof wire.updated_at === 'string' ? new Date(wire.updated_at) : now
  return Number.isNaN(at.getTime()) ? now : at
}
