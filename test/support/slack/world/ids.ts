/** Ids and time stamps in Slack's form. They are counted, so that a failing test shows the same ones every time. */
import type { Clock } from '../clock.ts'

const ID_DIGITS = 10

export class Ids {
  readonly #clock: Clock
  #count = 0
  #lastMicros = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** An id with Slack's letter for its kind: `T` teams, `U` users, `C` channels, `Ev` events. */
  next(letters: string): string {
    this.#count += 1
    return letters + this.#count.toString(36).toUpperCase().padStart(ID_DIGITS, '0')
  }

  /** A time stamp that no other thing has: seconds, and a part that also counts what happens within one moment. */
  ts(): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, this.#clock.now() * 1000)
    const seconds = Math.floor(this.#lastMicros / 1_000_000)
    return `${seconds}.${String(this.#lastMicros % 1_000_000).padStart(6, '0')}`
  }
}
