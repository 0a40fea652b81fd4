/** What every door is given: the operations and prompts, the way in, and word of what changes. */

import type { Invoke } from '../call/call.ts'
import type { Change, Log } from '../operation/context.ts'
import type { Operation } from '../operation/operation.ts'
import type { Scope } from '../operation/scopes.ts'
import type { Prompt } from './prompt.ts'

export interface Gateway {
  readonly operations: readonly Operation[]
  /** Absent where nobody is offered any: behind a connection that only calls. */
  readonly prompts?: readonly Prompt[]
  readonly invoke: Invoke
  readonly log: Log
  /** The version of this program. */
  readonly version: string
  /** Calls `listener` after each committed change, from any process; returns a function that stops it. */
  watch(listener: (change: Change) => void): () => void
  /** Absent where none of it comes: behind a connection that only calls. */
  readonly live?: LiveSource
}

/** Text as it comes into being: a part of a step that is stored when it is whole. */
export interface LiveText {
  readonly stepId: string
  readonly text: string
}

/** Who may see it: a person, with the scopes that reading it needs. */
export interface LiveAudience {
  readonly personId: string
  readonly needs: readonly Scope[]
}

export interface LiveSource {
  /**
   * Calls `listener` with live text about `uri` from any process, without a guarantee of delivery; returns a function
   * that stops it.
   */
  watchLive(uri: string, listener: (text: LiveText, audience: LiveAudience) => void): () => void
}
