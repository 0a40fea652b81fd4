/** What handling an event takes: a call of an operation, or work of its source's own. */
import type { Runtime } from '../../core/call/runtime.ts'
import type { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Change, Resources } from '../../core/operation/context.ts'
import type { InboxRow } from './event.ts'

/** The call that handles an event. */
export interface PreparedCall {
  readonly operation: string
  readonly actor: Actor
  readonly input: object
  /** Checks in the transaction of the call that its actor may still make it. @throws AppError `forbidden` */
  assertStanding(resources: Resources): Promise<void>
}

/** Work that handles an event in a way that its source knows. */
export interface PreparedWork {
  /**
   * Does the work, however long it takes. It is done again when its worker is lost before the outcome was committed, so
   * what it changes needs keys that begin with `attempt.key`.
   */
  work(attempt: Attempt): Promise<Ending>
  /** Called in the transaction that gives the event up, after the last attempt has failed. */
  giveUp?(resources: Resources, error: AppError): Promise<readonly Change[]>
}

export interface Attempt {
  /** The same for every attempt at this event, and of no other event. */
  readonly key: string
  /** Aborted when the event was discarded or is with another worker: nothing can be committed any more. */
  readonly signal: AbortSignal
  /** Whether the event is given up if this attempt fails. */
  readonly isLast: boolean
}

export interface Ending {
  /** The outcome in words, for those who look at the event. */
  readonly result: string | null
  /** Stores the outcome, in the transaction that ends the event. Watchers hear of its changes after the commit. */
  commit(resources: Resources): Promise<readonly Change[]>
}

/**
 * Finds out how to handle an event; `ignored`: not at all.
 * @throws AppError when the event cannot be handled
 */
export type Prepare = (runtime: Runtime, event: InboxRow) => Promise<PreparedCall | PreparedWork | 'ignored'>

/** An event that a call of an operation handles. */
export type CallRow = InboxRow & { readonly operation: string }

/** The same for events that calls handle. */
export type PrepareCall = (runtime: Runtime, event: CallRow) => Promise<PreparedCall | 'ignored'>

/** How the events of one source are handled that no operation handles. */
export type InboxHandler = (runtime: Runtime, event: InboxRow) => Promise<PreparedWork | 'ignored'>

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** By the source of their events. Absent: every event is a call. */
    readonly inboxHandlers?: Readonly<Record<string, InboxHandler>>
  }
}
