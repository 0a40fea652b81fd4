/** Keeps the runs that this process works on: one heartbeat for all of them, which also learns which must stop. */
import type { Change, Log } from '../../core/operation/context.ts'
import { keyUri } from '../../domain/access/key.ts'
import type { Db } from '../../domain/db/db.ts'
import {
  AccessRevoked,
  type Hold,
  type Pulse,
  RunLost,
  RunStopping,
  renewLeases,
  shutOut,
} from '../../domain/runs/hold/hold-run.ts'
import { runUri } from '../../domain/runs/run.ts'

/** Heartbeats within one lease: one may be late and one may fail. */
const BEATS_PER_LEASE = 3

interface LeasesOptions {
  readonly db: Db
  /** The name of this process. */
  readonly worker: string
  readonly leaseMs: number
  readonly log: Log
  watch(listener: (change: Change) => void): () => void
}

/** One run that is held here. */
export interface Lease {
  /** Aborted with `RunLost`, `RunStopping`, `AccessRevoked`, or the argument of `abortAll`. */
  readonly signal: AbortSignal
  /** Whether another owner waits for the slot, by the last heartbeat. */
  mustGiveWay(): boolean
  release(): void
}

export interface Leases {
  take(hold: Hold): Lease
  /** Renews all leases at once; a timer also does so. */
  beat(): Promise<void>
  /** Runs `work` without mistaking its change notices for those of another process. */
  unheard(work: () => void): void
  abortAll(reason: Error): void
  close(): void
}

interface Kept {
  readonly hold: Hold
  readonly abort: AbortController
  /** By this process' own clock, before the database was asked: the lease lasts at least from here. */
  renewedAt: number
  givesWay: boolean
}

/** Why a run that was held until this pulse stops; undefined: it continues. */
function haltOf(hold: Hold, pulse: Pulse | undefined) {
  const { runId, fence, keyId } = hold
  if (pulse?.fence !== fence) return new RunLost(runId)
  if (pulse.isStopping) return new RunStopping(runId)
  if (pulse.isShutOut) return shutOut(hold)
  return pulse.isRevoked ? new AccessRevoked(`The key ${keyId} has been revoked.`) : undefined
}

export function createLeases({ db, worker, leaseMs, log, watch }: LeasesOptions): Leases {
  const kept = new Map<string, Kept>()
  let beating: Promise<void> | undefined
  let isBeatWanted = false
  let isUnheard = false

  async function renew(): Promise<void> {
    const asked = [...kept.values()]
    if (asked.length === 0) return
    const askedAt = performance.now()
    const runIds = asked.map(({ hold }) => hold.runId)
    const pulses = new Map(
      (await renewLeases(db, runIds, { worker, leaseMs })).map((pulse) => [pulse.id, pulse]),
    )
    for (const each of asked) {
      const pulse = pulses.get(each.hold.runId)
      each.givesWay = pulse?.givesWay ?? false
      const halt = haltOf(each.hold, pulse)
      if (halt) each.abort.abort(halt)
      each.renewedAt = askedAt
    }
  }

  /** A database that does not answer keeps no lease: a worker that cannot renew must stop before another begins. */
  function dropExpired(): void {
    for (const { hold, abort, renewedAt } of kept.values()) {
      if (performance.now() - renewedAt > leaseMs) abort.abort(new RunLost(hold.runId))
    }
  }

  async function beatOnce(): Promise<void> {
    try {
      await renew()
    } catch (err) {
      log.warn({ err, runs: kept.size }, 'leases could not be renewed')
    }
    dropExpired()
  }

  async function beatUntilDone(): Promise<void> {
    do {
      isBeatWanted = false
      await beatOnce()
    } while (isBeatWanted)
  }

  function beat(): Promise<void> {
    isBeatWanted = true
    beating ??= beatUntilDone().finally(() => {
      beating = undefined
    })
    return beating
  }

  const timer = setInterval(() => {
    dropExpired()
    if (kept.size > 0) void beat()
  }, leaseMs / BEATS_PER_LEASE)
  const unwatch = watch(({ uris }) => {
    if (isUnheard || kept.size === 0) return
    // The notice may be late, doubled or forged: it is only a reason to ask.
    const concerns = ({ hold: { runId, keyId } }: Kept) =>
      uris.includes(runUri(runId)) || (keyId !== undefined && uris.includes(keyUri(keyId)))
    if ([...kept.values()].some(concerns)) void beat()
  })

  return {
    take(hold) {
      const abort = new AbortController()
      const own: Kept = { hold, abort, renewedAt: performance.now(), givesWay: false }
      kept.set(hold.runId, own)
      return {
        signal: abort.signal,
        mustGiveWay: () => own.givesWay,
        release() {
          if (kept.get(hold.runId) === own) kept.delete(hold.runId)
        },
      }
    },
    beat,
    unheard(work) {
      isUnheard = true
      try {
        work()
      } finally {
        isUnheard = false
      }
    },
    abortAll(reason) {
      for (const { abort } of kept.values()) abort.abort(reason)
    },
    close() {
      clearInterval(timer)
      unwatch()
    },
  }
}
