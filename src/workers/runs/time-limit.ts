/** The time that a run may work: what it does when that is used up is broken off. */
import type { RunRow } from '../../domain/runs/run.ts'

const MINUTE_MS = 60_000
/** Milliseconds that a timer of Node takes at most; a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** The run has worked for as long as its agent may. */
export class TimeUp extends Error {
  constructor(minutes: number) {
    super(`It has worked for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, its limit.`)
    this.name = 'TimeUp'
  }
}

export interface TimeLimit {
  /** Aborted with `TimeUp`, or as the signal that was given, or with what `endAfter` was given. */
  readonly signal: AbortSignal
  /** Sets another end beside the limit: the first that comes counts. */
  endAfter(ms: number, reason: Error): void
  /** Forgets the limit: the work is over. */
  clear(): void
}

/** Begins with the claim of a run, by the time that earlier claims have left of its limit. */
export function startTimeLimit({ agent, activeMs }: RunRow, signal: AbortSignal): TimeLimit {
  const { minutes } = agent.limits
  const up = new AbortController()
  const timers: NodeJS.Timeout[] = []
  function endAfter(ms: number, reason: Error): void {
    timers.push(setTimeout(() => up.abort(reason), Math.min(Math.max(ms, 0), TIMER_MAX_MS)))
  }
  endAfter(minutes * MINUTE_MS - activeMs, new TimeUp(minutes))
  return {
    signal: AbortSignal.any([signal, up.signal]),
    endAfter,
    clear() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
