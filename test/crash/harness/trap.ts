/** Where a fault is set off: a place that the stand-ins and proxies see pass, counted, so that no clock decides. */

import type { Mark } from '../servers/postgres-frames.ts'

/** Of the stand-ins, then of PostgreSQL: `claim.done` is passed where something was claimed. */
export type Spot =
  | 'model.asked'
  | 'model.midway'
  | 'model.ending'
  | 'effect.arrived'
  | 'effect.counted'
  | 'delivery.arrived'
  | 'delivery.counted'
  | 'post.arrived'
  | 'post.counted'
  | `${Mark}.before`
  | `${Mark}.done`

/** What is done with what was on its way: it goes on, or its connection is cut. */
export type Fate = 'pass' | 'cut'

/** Something that passes a spot, from which process. */
export interface Passing {
  readonly spot: Spot
  /** `worker-1`, `gateway` ... */
  readonly process: string
}

export interface Trap {
  /** Stands at every spot; the fault happens before it answers. */
  pass(passing: Passing): Promise<Fate>
  /** Sets it for the `nth` passing of a spot by a process whose name begins with `process`. */
  arm(at: { readonly spot: Spot; readonly process: string; readonly nth: number }, spring: Spring): void
  disarm(): void
  readonly isSprung: boolean
}

/** Does the harm; `process` is the one that passed. */
export type Spring = (process: string) => Promise<Fate>

export function createTrap(): Trap {
  let armed: { spot: Spot; process: string; left: number; spring: Spring } | undefined
  let isSprung = false
  return {
    async pass({ spot, process }) {
      if (armed?.spot !== spot || !process.startsWith(armed.process)) return 'pass'
      armed.left -= 1
      if (armed.left > 0) return 'pass'
      const { spring } = armed
      armed = undefined
      isSprung = true
      return await spring(process)
    },
    arm({ spot, process, nth }, spring) {
      armed = { spot, process, left: nth, spring }
      isSprung = false
    },
    disarm() {
      armed = undefined
    },
    get isSprung() {
      return isSprung
    },
  }
}
