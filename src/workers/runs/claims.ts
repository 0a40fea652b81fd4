/**
 * Claims runs for the free slots of this process. Slots that become free while a claim is under way are filled by the
 * next one together, so that many slots take no more statements than few.
 */
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import { markBlocked } from '../../domain/runs/hold/blocked-runs.ts'
import { claimRuns, isTaken, startsBy } from '../../domain/runs/hold/claim-runs.ts'
import type { Claimant } from '../../domain/runs/hold/hold-run.ts'
import { nextRuns } from '../../domain/runs/hold/next-runs.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import { commitAtOnce } from '../../domain/runs/transact.ts'

/** How often a claim may find that another worker has just begun in the same place. */
const TRIES = 10
/** The most runs that one claim takes. */
const CLAIMED_AT_ONCE = 16
/** Runs that a claim looks at: at first, and when others were about to take all of these. */
const LOOKED_AT = { first: 2 * CLAIMED_AT_ONCE, again: 1_000 }

export interface Claims {
  /** Takes the run whose turn it is; undefined: no run is ready. */
  next(): Promise<RunRow | undefined>
}

interface Slot {
  fill(run: RunRow | undefined): void
  fail(error: unknown): void
}

export function createClaims(runtime: Runtime, claimant: Claimant): Claims {
  const free: Slot[] = []
  let isFilling = false

  async function fill(): Promise<void> {
    isFilling = true
    while (free.length > 0) {
      const slots = free.splice(0, CLAIMED_AT_ONCE)
      try {
        const claimed = await claimNext(runtime, claimant, slots.length)
        const unfilled = slots.slice(claimed.length)
        for (const [place, run] of claimed.entries()) slots[place]?.fill(run)
        // After a claim that found some, others may be found: of those that need a place, one is claimed at a time.
        if (claimed.length > 0) free.unshift(...unfilled)
        else for (const slot of unfilled) slot.fill(undefined)
      } catch (thrown) {
        for (const slot of slots) slot.fail(thrown)
      }
    }
    isFilling = false
  }

  return {
    next() {
      const run = new Promise<RunRow | undefined>((resolve, reject) => {
        free.push({ fill: resolve, fail: reject })
      })
      if (!isFilling) void fill()
      return run
    },
  }
}

async function claimNext(runtime: Runtime, claimant: Claimant, limit: number): Promise<RunRow[]> {
  const claimed = await claimOnce(runtime, claimant, { limit, lookedAt: LOOKED_AT.first })
  if (claimed.length > 0) return claimed
  await commitAtOnce(runtime, markBlocked)
  return await claimOnce(runtime, claimant, { limit, lookedAt: LOOKED_AT.again })
}

/** Those that want the same place may be claimed at the same moment: all but one then look again. */
async function claimOnce(
  runtime: Runtime,
  claimant: Claimant,
  wanted: { readonly limit: number; readonly lookedAt: number },
): Promise<RunRow[]> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      return await commitAtOnce(runtime, (writes) =>
        claimRuns(writes, nextRuns({ ...wanted, until: startsBy(writes) }), claimant),
      )
    } catch (thrown) {
      if (!isTaken(thrown)) throw thrown
    }
  }
  throw new AppError('unavailable', 'The places of the next runs were taken at every attempt.')
}
