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

/** The limit that leaves no room. */
export type Full = 'key' | 'person' | 'process'

export interface Shares {
  /** The limit that leaves no room for `units` more; undefined when there is room. */
  full(holder: Holder, units?: number): Full | undefined
  /**
   * Takes `units` (default 1) and returns a function that frees them once.
   * @throws AppError `rate_limited` when the key or the person is at its limit, `unavailable` when the process is
   */
  take(holder: Holder, units?: number): () => void
}

/** The holder of something. Without a key it is the local person. */
export type Holder = Pick<Actor, 'keyId' | 'personId'>

/** How refusals name the shared thing, and what the caller can do besides waiting. */
export interface SharedThing {
  /** In the plural: `open streams`. */
  readonly name: string
  readonly fix: string
}

/** Milliseconds after which a refused caller may find room. */
const RETRY_AFTER_MS = 5_000

export function createShares(thing: SharedThing, limits: ShareLimits): Shares {
  let held = 0
  const heldByKey = new Map<string, number>()
  const heldByPerson = new Map<string, number>()

  function full({ keyId, personId }: Holder, units = 1): Full | undefined {
    if (keyId !== undefined) {
      if (isOver(heldByKey.get(keyId), units, limits.perKey)) return 'key'
      if (isOver(heldByPerson.get(personId), units, limits.perPerson)) return 'person'
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
    full,
    take(holder, units = 1) {
      const limit = full(holder, units)
      if (limit !== undefined) throw refusal(thing, limits, limit)
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
  return held !== undefined && held > 0 && held + units > limit
}

function addTo(counts: Map<string, number>, name: string, units: number): void {
  const left = (counts.get(name) ?? 0) + units
  if (left === 0) counts.delete(name)
  else counts.set(name, left)
}

function refusal({ name, fix }: SharedThing, limits: ShareLimits, limit: Full): AppError {
  const details = { fix, retryAfterMs: RETRY_AFTER_MS }
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
