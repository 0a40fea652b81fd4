/** What every door receives: the operations and prompts, `invoke`, and notices of changes. */

import type { Invoke } from '../call/call.ts'
import type { Change, Log } from '../operation/context.ts'
import type { Event } from '../operation/event.ts'
import type { Operation } from '../operation/operation.ts'
import type { Scope } from '../operation/scopes.ts'
import type { Prompt } from './prompt.ts'

export interface Gateway {
  readonly operations: readonly Operation[]
  /** Absent behind a connection that only makes calls. */
  readonly prompts?: readonly Prompt[]
  /** What webhooks are told of. Absent behind a connection that only makes calls. */
  readonly events?: readonly Event[]
  readonly invoke: Invoke
  readonly log: Log
  /** The version of this program. */
  readonly version: string
  /** Calls `listener` after each committed change, from any process; returns a function that stops it. */
  watch(listener: (change: Change) => void): () => void
  /** The same for changes of what this person sees at that moment. */
  watchFor(personId: string, listener: (change: Change) => void): () => void
  /** Absent behind a connection that only makes calls. */
  readonly live?: LiveSource
}

/** Text while it is being written: part of a step that is stored once it is complete. */
export interface LiveText {
  readonly stepId: string
  readonly text: string
}

/** Pieces may be lost, so each says where it belongs. */
export interface LivePiece extends LiveText {
  /** Characters of the step that come before it. */
  readonly at: number
}

/** Who may see it, of those who may read what it is about: the scopes that reading it needs. */
export interface LiveAudience {
  readonly needs: readonly Scope[]
}

export interface LiveSource {
  /**
   * Calls `listener` with live text about `uri` from any process, without a guarantee of delivery; returns a function
   * that stops it.
   */
  watchLive(uri: string, listener: (text: LivePiece, audience: LiveAudience) => void): () => void
}
