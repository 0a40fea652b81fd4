/** Which side of a pair changed a field since both were last in step, and which of them is taken. */
import { comparable, distinct } from '../../../core/text/comparable.ts'

export interface Changed {
  readonly here: boolean
  readonly there: boolean
  /** Whether both sides have the same now. */
  readonly isEqual: boolean
}

export interface Ways {
  readonly canPull: boolean
  readonly canPush: boolean
  /** Where both sides changed it and both ways are open: whether the later edit was made here. */
  readonly isHereLater: boolean
}

/** `from`: the side whose value the other one gets; `isConflict`: the other side's own change is replaced by it. */
export type Merged =
  | { readonly kind: 'same' }
  /** Both changed to the same value. */
  | { readonly kind: 'agreed' }
  | { readonly kind: 'taken'; readonly from: 'here' | 'there'; readonly isConflict: boolean }
  /** The link does not carry changes this way. */
  | { readonly kind: 'kept' }

export function mergeField(
  { here, there, isEqual }: Changed,
  { canPull, canPush, isHereLater }: Ways,
): Merged {
  if (!here && !there) return { kind: 'same' }
  if (isEqual) return { kind: 'agreed' }
  if (here && there) {
    const from = canPull && canPush ? (isHereLater ? 'here' : 'there') : canPull ? 'there' : 'here'
    return { kind: 'taken', from, isConflict: true }
  }
  if (here) return canPush ? { kind: 'taken', from: 'here', isConflict: false } : { kind: 'kept' }
  return canPull ? { kind: 'taken', from: 'there', isConflict: false } : { kind: 'kept' }
}

/** The labels of one side with what the other side added since `base`, and without what it took away. */
export function mergeLabels(
  own: readonly string[],
  other: { readonly base: readonly string[]; readonly now: readonly string[] },
): string[] {
  const [before, after] = [formsOf(other.base), formsOf(other.now)]
  const kept = own.filter((label) => !before.has(comparable(label)) || after.has(comparable(label)))
  const added = other.now.filter((label) => !before.has(comparable(label)))
  return distinct([...kept, ...added])
}

export function haveSameLabels(one: readonly string[], other: readonly string[]): boolean {
  const [mine, theirs] = [formsOf(one), formsOf(other)]
  return mine.size === theirs.size && [...mine].every((form) => theirs.has(form))
}

function formsOf(labels: readonly string[]): ReadonlySet<string> {
  return new Set(labels.map(comparable))
}
