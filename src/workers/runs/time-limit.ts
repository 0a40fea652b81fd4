/** The time for which a run may work: when it is used up, its work is interrupted. */
import { counted } from '../../core/text/counts.ts'
import type { RunRow } from '../../domain/runs/run.ts'

const MINUTE_MS = 60_000
/** The longest timer of Node, in milliseconds; a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** The run has worked for as long as its agent may. */
export class TimeUp extends Error {
  constructor(minutes: number) {
    super(`It has worked for ${counted(minutes, 'minute')}, its limit.`)
    this.name = 'TimeUp'
  }
}

export interface TimeLimit {
  /** Aborted with `TimeUp`, like the given signal, or with the reason of `endAfter`. */
  readonly signal: AbortSignal
  /** Sets another end beside the limit: the first one counts. */
  endAfter(ms: number, reason: Error): void
  /** Removes the limit: the work is over. */
  clear(): void
}

/** Begins with the claim of a run, with the time that earlier claims have left. */
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
