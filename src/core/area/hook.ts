/** A hook receives what another service reports. */
import type { Setting } from './setting.ts'

/**
 * The id of a person or a team, or the account at the service that the event is about: then everybody is meant who has
 * connected it.
 */
export type HookOwner = string | { readonly connector: string; readonly outsideId: string }

/** One event that a service reports, and the call that handles it. */
export interface HookEvent {
  /** The service's own id of the event: a second report with the same id has no effect. */
  readonly eventId: string
  /** The kind of event, as the service names it. */
  readonly type?: string
  /** The name of an operation that writes. */
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /**
   * For whom the operation is called. Absent, or not known here: the event is stored, shown to admins, and never
   * handled. A report to the URL of a person or a team (`hooks.urls.create`) is theirs, whatever this says.
   */
  readonly owner?: HookOwner
  /** Events of this hook with the same key are handled one at a time, in the order in which they arrived. */
  readonly orderKey?: string
}

export interface Hook {
  /** The path below `/hooks/`, in kebab-case: `todoist`. */
  readonly path: string
  /**
   * True: reports are taken only at the URLs that people and teams make (`hooks.urls.create`), whose token may be all
   * that proves where a report comes from.
   */
  readonly onlyAtUrls?: true
  /**
   * The settings that hold the secrets for `verify`: at least one, unless `onlyAtUrls`. While one of them is not set,
   * every report is refused.
   */
  readonly secrets: readonly Setting<string | undefined>[]
  /** Whether the service really sent these bytes. `secrets` are by the variables of their settings. */
  verify(raw: Uint8Array, headers: Headers, secrets: Readonly<Record<string, string>>): boolean
  /** The events that a verified body reports. The headers are not signed: they may name the event, and no more. */
  events(body: unknown, headers: Headers): readonly HookEvent[]
}

export function defineHook(spec: Hook): Hook {
  return spec
}
