/** What goes wrong on purpose: each fault strikes once, unless it says otherwise. */

export type ApiFault =
  /** The call is done, or is not, and the connection breaks before the answer. */
  | { readonly kind: 'lost'; readonly isDone: boolean }
  /** The call is done or not, and the answer never comes. */
  | { readonly kind: 'hang'; readonly isDone: boolean }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'error'; readonly error: string }

export type EventFault = 'twice' | 'late' | 'new-id' | 'lost'

export class Faults {
  /** Whether tiers and the limit of posting count; off, so that tests with a clock that stands still can work. */
  limits = false
  readonly #api = new Map<string, ApiFault[]>()
  readonly #storms = new Map<string, number>()
  #events: EventFault[] = []

  /** The next calls of `method` fail in these ways, one each. */
  next(method: string, ...faults: ApiFault[]): void {
    this.#api.set(method, [...(this.#api.get(method) ?? []), ...faults])
  }

  /** The answer to the next call of `method` is lost; `isDone`: the call had its effect. */
  loseAnswer(method: string, isDone = true): void {
    this.next(method, { kind: 'lost', isDone })
  }

  hang(method: string, isDone = false): void {
    this.next(method, { kind: 'hang', isDone })
  }

  /** Every call of `method` is refused for `seconds`, until `calm`. */
  storm(method: string, seconds: number): void {
    this.#storms.set(method, seconds)
  }

  calm(method: string): void {
    this.#storms.delete(method)
  }

  /**
   * The next event is delivered `twice`, after the one that follows it (`late`), a second time with a `new-id`, or
   * `lost` (no attempt reaches the app).
   */
  nextEvent(...faults: EventFault[]): void {
    this.#events.push(...faults)
  }

  takeApi(method: string): ApiFault | undefined {
    const seconds = this.#storms.get(method)
    if (seconds !== undefined) return { kind: 'limited', retryAfterSeconds: seconds }
    return this.#api.get(method)?.shift()
  }

  takeEvent(): EventFault | undefined {
    return this.#events.shift()
  }
}
