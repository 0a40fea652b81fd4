/** The time that a run may work: what it does when that is used up is broken off. */
import type { RunRow } from '../domain/runs/run.ts'

const MINUTE_MS = 60_000

/** The run has worked for as long as its agent may. */
export class TimeUp extends Error {
  constructor(minutes: number) {
    super(`It has worked for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, its limit.`)
    this.name = 'TimeUp'
  }
}

export interface TimeLimit {
  /** Aborted with `TimeUp`, or as the signal that was given. */
  readonly signal: AbortSignal
  /** Forgets the limit: the work is over. */
  clear(): void
}

/** Begins with the claim of a run, by the time that earlier claims have left of its limit. */
export function startTimeLimit({ agent, activeMs }: RunRow, signal: AbortSignal): TimeLimit {
  const { minutes } = agent.limits
  const up = new AbortController()
  const timer = setTimeout(() => up.abort(new TimeUp(minutes)), Math.max(minutes * MINUTE_MS - activeMs, 0))
  return { signal: AbortSignal.any([signal, up.signal]), clear: () => clearTimeout(timer) }
}
