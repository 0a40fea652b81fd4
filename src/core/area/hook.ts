/** A hook is where another service reports what happened there. */

/** One thing that a service reports, and the call that answers it. */
export interface HookEvent {
  /** By which the service tells its events apart: a second report of one has no effect. */
  readonly eventId: string
  /** The name of an operation. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** The person or the team whose account it is about. */
  readonly owner: string
}

/** Provisional: no door takes hooks yet. */
export interface Hook {
  /** Below `/hooks/`: `todoist`. */
  readonly path: string
  /** Whether the service really sent these bytes. */
  verify(raw: Uint8Array, headers: Headers, secrets: Readonly<Record<string, string>>): boolean
  /** What a verified body reports. */
  events(body: unknown): readonly HookEvent[]
}

export function defineHook(spec: Hook): Hook {
  return spec
}
