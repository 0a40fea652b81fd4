/** A hook receives what another service reports. */

/** One event that a service reports, and the call that handles it. */
export interface HookEvent {
  /** The service's own id of the event: a second report with the same id has no effect. */
  readonly eventId: string
  /** The name of an operation. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** The person or team whose account the event is about. */
  readonly owner: string
}

/** Provisional: no door serves hooks yet. */
export interface Hook {
  /** The path below `/hooks/`: `todoist`. */
  readonly path: string
  /** Whether the service really sent these bytes. */
  verify(raw: Uint8Array, headers: Headers, secrets: Readonly<Record<string, string>>): boolean
  /** The events that a verified body reports. */
  events(body: unknown): readonly HookEvent[]
}

export function defineHook(spec: Hook): Hook {
  return spec
}
