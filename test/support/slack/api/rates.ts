/** How often each method may be called: by method and workspace, and posting by channel as well. */
import type { Clock } from '../clock.ts'
import type { Rate } from './method.ts'

const MINUTE_MS = 60_000
const POSTING_EVERY_MS = 1000

const CALLS_A_MINUTE: Partial<Record<Rate, number>> = { tier1: 1, tier2: 20, tier3: 50, tier4: 100 }

/** Apps that are distributed outside the Marketplace read history once a minute; others as often as tier 3 says. */
const UNLISTED_HISTORY_A_MINUTE = 1

interface Asked {
  readonly method: string
  readonly rate: Rate
  readonly teamId: string
  readonly channelId: string | undefined
  readonly isUnlisted: boolean
}

export class Rates {
  readonly #clock: Clock
  readonly #calls = new Map<string, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a call, or tells after how many seconds it may be made. */
  count({ method, rate, teamId, channelId, isUnlisted }: Asked): number | undefined {
    if (rate === 'posting') {
      return this.#countIn(`${teamId}/posting/${channelId ?? ''}`, 1, POSTING_EVERY_MS)
    }
    const tierRate = rate === 'history' ? 'tier3' : rate
    const isSlow = rate === 'history' && isUnlisted
    const limit = isSlow ? UNLISTED_HISTORY_A_MINUTE : CALLS_A_MINUTE[tierRate]
    return limit === undefined ? undefined : this.#countIn(`${teamId}/${method}`, limit, MINUTE_MS)
  }

  #countIn(key: string, limit: number, windowMs: number): number | undefined {
    const nowMs = this.#clock.now()
    const recent = (this.#calls.get(key) ?? []).filter((atMs) => atMs > nowMs - windowMs)
    this.#calls.set(key, recent)
    if (recent.length < limit) {
      recent.push(nowMs)
      return undefined
    }
    return Math.max(1, Math.ceil(((recent[0] as number) + windowMs - nowMs) / 1000))
  }
}
