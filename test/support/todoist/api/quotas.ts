/** Counts the syncs of each person over the last quarter of an hour. */
import type { Clock } from '../../slack/clock.ts'

const WINDOW_MS = 15 * 60_000
const MAX_PARTIAL_SYNCS = 1000
const MAX_FULL_SYNCS = 100

export class Quotas {
  readonly #clock: Clock
  readonly #times = new Map<string, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one sync; returns the seconds to wait where it is one too many. */
  count(personId: string, isFull: boolean): number | undefined {
    const key = `${personId} ${isFull ? 'full' : 'partial'}`
    const nowMs = this.#clock.now()
    const recent = (this.#times.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS)
    this.#times.set(key, recent)
    const [oldestMs] = recent
    if (oldestMs !== undefined && recent.length >= (isFull ? MAX_FULL_SYNCS : MAX_PARTIAL_SYNCS))
      return Math.ceil((oldestMs + WINDOW_MS - nowMs) / 1000)
    recent.push(nowMs)
    return undefined
  }
}
