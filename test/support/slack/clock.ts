/** The time by which the stand-in lives. A test advances it, so that minutes of retries and expiries take no time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Does `action` once `delayMs` have passed, unless the returned function is called first. */
  after(delayMs: number, action: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs).unref()
    return () => clearTimeout(timer)
  },
}

interface Alarm {
  readonly atMs: number
  readonly action: () => void
}

/** A clock that only moves when it is told to. */
export class ManualClock implements Clock {
  #nowMs: number
  readonly #alarms = new Set<Alarm>()

  constructor(start: Date | number = new Date('2026-11-30T09:00:00Z')) {
    this.#nowMs = Number(start)
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, action }
    this.#alarms.add(alarm)
    return () => this.#alarms.delete(alarm)
  }

  /** Moves on, and does what falls due on the way at the moment for which it was set. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#alarms.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.action()
    }
    this.#nowMs = endMs
  }

  #next(endMs: number): Alarm | undefined {
    let next: Alarm | undefined
    for (const alarm of this.#alarms) {
      if (alarm.atMs <= endMs && (next === undefined || alarm.atMs < next.atMs)) next = alarm
    }
    return next
  }
}
