/** What goes wrong on purpose: each fault strikes once, unless it says otherwise, and they strike in the order given. */
import { ApiError } from './api-error.ts'

export type ApiFault =
  /** The call is done, or is not, and the connection breaks before the answer. */
  | { readonly kind: 'lost'; readonly isDone: boolean }
  /** The call is done or not, and the answer never comes. */
  | { readonly kind: 'hang'; readonly isDone: boolean }
  /** The call is done, and the connection breaks in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** The call is done, and the answer comes late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** A page of a proxy, which is not JSON. */
  | { readonly kind: 'status'; readonly status: number; readonly isDone: boolean }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'error'; readonly error: ApiError }

/** Nothing goes wrong with a call that comes before the one that fails. */
type Passed = { readonly kind: 'passed' }

export type EventFault = 'twice' | 'late' | 'lost'

/** A call by its method and path, such as `POST /sync` or `POST /tasks/:id/close`; `*` is every call. */
export type Route = string

const SERVER_ERROR = new ApiError(500, { message: 'Internal server error', code: 0, tag: 'INTERNAL_ERROR' })

export class Faults {
  /** Whether full and partial syncs are counted and limited, as Todoist does. */
  quotas = true
  /** Pages hold half of what was asked for, and still carry a cursor. */
  shortPages = false
  readonly #api = new Map<Route, (ApiFault | Passed)[]>()
  readonly #storms = new Map<Route, ApiFault>()
  readonly #commands: { type: string; error: ApiError }[] = []
  readonly #events: EventFault[] = []
  #lagging = 0
  #pending = 0

  /** The next calls of `route` fail in these ways, one each. */
  next(route: Route, ...faults: (ApiFault | Passed)[]): void {
    this.#api.set(route, [...(this.#api.get(route) ?? []), ...faults])
  }

  /** The answer to the next call is lost; `isDone`: the call had its effect. */
  loseAnswer(route: Route, isDone = true): void {
    this.next(route, { kind: 'lost', isDone })
  }

  hang(route: Route, isDone = false): void {
    this.next(route, { kind: 'hang', isDone })
  }

  /** The next call is answered with `status` by a proxy; `isDone`: the call had its effect all the same. */
  unavailable(route: Route, options: { status?: number; isDone?: boolean } = {}): void {
    this.next(route, { kind: 'status', status: options.status ?? 503, isDone: options.isDone ?? false })
  }

  limit(route: Route, retryAfterSeconds: number): void {
    this.next(route, { kind: 'limited', retryAfterSeconds })
  }

  /** Every call of `route` fails in this way, until `calm`. */
  storm(route: Route, fault: ApiFault): void {
    this.#storms.set(route, fault)
  }

  calm(route: Route): void {
    this.#storms.delete(route)
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.#api.clear()
    this.#storms.clear()
    this.#commands.splice(0)
    this.#events.splice(0)
    this.#lagging = 0
    this.#pending = 0
  }

  /** The next command of this type fails within its batch, which goes on; `*` is any type. */
  failCommand(type: string, error: ApiError = SERVER_ERROR): void {
    this.#commands.push({ type, error })
  }

  /** The next `count` partial syncs do not see anything new yet, and return the token they were given. */
  lagReads(count = 1): void {
    this.#lagging += count
  }

  /** The next `count` moves of a project to another workspace are under way until the world's `finishOperations`. */
  leavePending(count = 1): void {
    this.#pending += count
  }

  /** The next event is delivered `twice`, after the one that follows it (`late`), or not at all (`lost`). */
  nextEvent(...faults: EventFault[]): void {
    this.#events.push(...faults)
  }

  takeEvent(): EventFault | undefined {
    return this.#events.shift()
  }

  takeApi(route: Route): ApiFault | undefined {
    const storm = this.#storms.get(route) ?? this.#storms.get('*')
    const fault = storm ?? this.#api.get(route)?.shift() ?? this.#api.get('*')?.shift()
    return fault?.kind === 'passed' ? undefined : fault
  }

  takeCommand(type: string): ApiError | undefined {
    const index = this.#commands.findIndex((each) => each.type === type || each.type === '*')
    return index < 0 ? undefined : this.#commands.splice(index, 1)[0]?.error
  }

  takeLag(): boolean {
    if (this.#lagging === 0) return false
    this.#lagging -= 1
    return true
  }

  takePending(): boolean {
    if (this.#pending === 0) return false
    this.#pending -= 1
    return true
  }
}
