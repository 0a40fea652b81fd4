/**
 * Everything that a process holds for its callers at one time has a limit, and each key and each person has a share of
 * it: a caller who has used up their own share has to wait, and others do not notice.
 */

import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'

export interface ShareLimits {
  /** The limit of one process. The local person, who calls without a key, may use all of it. */
  readonly perProcess: number
  /** The limit of all keys of one person together. */
  readonly perPerson: number
  /** The limit of one key. */
  readonly perKey: number
}

/** What one person, and one of their keys, may hold. */
export type OwnShares = Pick<ShareLimits, 'perPerson' | 'perKey'>

/** Finds the shares of a person or a team, which may differ from those of others. */
export type FindShares = (personId: string) => Promise<OwnShares>

/** The limit that leaves no room. */
export type Full = 'key' | 'person' | 'process'

export interface Shares {
  /** The shares of this holder at this moment. */
  sharesOf(holder: Holder): Promise<OwnShares>
  /** The limit that leaves no room for one more; undefined when there is room. `own`: shares other than the usual ones. */
  full(holder: Holder, own?: OwnShares): Full | undefined
  /**
   * Takes `units` (default 1) and returns a function that frees them once.
   * @throws AppError `rate_limited` when the key or the person is at its limit, `unavailable` when the process is
   */
  take(holder: Holder, units?: number, own?: OwnShares): () => void
  /** How much the keys of a person or a team hold. */
  heldBy(personId: string): number
}

/** The holder of something. Without a key it is the local person. */
export type Holder = Pick<Actor, 'keyId' | 'personId'>

/** How refusals name the shared thing, and what the caller can do besides waiting. */
export interface SharedThing {
  /** In the plural: `open streams`. */
  readonly name: string
  readonly fix: string
  /** How a key or a person gets a larger share, as a sentence; absent: not at all. */
  readonly raise?: string
}

/** Milliseconds after which a refused caller may find room. */
const RETRY_AFTER_MS = 5_000

export function createShares(thing: SharedThing, limits: ShareLimits, find?: FindShares): Shares {
  let held = 0
  const heldByKey = new Map<string, number>()
  const heldByPerson = new Map<string, number>()

  function fullFor({ keyId, personId }: Holder, units: number, own: OwnShares): Full | undefined {
    if (keyId !== undefined) {
      if (isOver(heldByKey.get(keyId), units, own.perKey)) return 'key'
      if (isOver(heldByPerson.get(personId), units, own.perPerson)) return 'person'
    }
    return isOver(held, units, limits.perProcess) ? 'process' : undefined
  }

  function add({ keyId, personId }: Holder, units: number): void {
    held += units
    if (keyId === undefined) return
    addTo(heldByKey, keyId, units)
    addTo(heldByPerson, personId, units)
  }

  return {
    sharesOf: async ({ keyId, personId }) =>
      (keyId === undefined ? undefined : await find?.(personId)) ?? limits,
    full: (holder, own = limits) => fullFor(holder, 1, own),
    heldBy: (personId) => heldByPerson.get(personId) ?? 0,
    take(holder, units = 1, own = limits) {
      const limit = fullFor(holder, units, own)
      if (limit !== undefined) throw refusal(thing, { ...limits, ...own }, limit)
      add(holder, units)
      let isHeld = true
      return () => {
        if (isHeld) add(holder, -units)
        isHeld = false
      }
    },
  }
}

/** Something larger than a whole share passes while nothing else is held: otherwise it could never pass. */
function isOver(held: number | undefined, units: number, limit: number): boolean {
  if (held === undefined) return limit === 0
  return limit === 0 || (held > 0 && held + units > limit)
}

function addTo(counts: Map<string, number>, name: string, units: number): void {
  const left = (counts.get(name) ?? 0) + units
  if (left === 0) counts.delete(name)
  else counts.set(name, left)
}

function refusal({ name, fix, raise }: SharedThing, limits: ShareLimits, limit: Full): AppError {
  const ways = raise === undefined || limit === 'process' ? fix : `${fix} ${raise}`
  const details = { fix: ways, retryAfterMs: RETRY_AFTER_MS }
  switch (limit) {
    case 'key':
      return new AppError('rate_limited', `This key is at its limit of ${limits.perKey} ${name}.`, details)
    case 'person':
      return new AppError(
        'rate_limited',
        `The keys of this person are at their limit of ${limits.perPerson} ${name} together.`,
        details,
      )
    case 'process':
      return new AppError(
        'unavailable',
        `This gateway is at its limit of ${limits.perProcess} ${name}.`,
        details,
      )
  }
}
