/** What a write leaves behind in its own transaction: its audit entry and, when keyed, its answer. */

import type { ErrorCode } from '../errors.ts'
import type { Actor, Door } from '../operation/actor.ts'

export interface AuditEntry {
  readonly id: string
  readonly at: Date
  readonly actor: Actor
  readonly door: Door
  readonly operation: string
  /** What is kept of the input: see `auditInput`. */
  readonly input: unknown
  readonly outcome: 'ok' | ErrorCode
  readonly durationMs: number
  readonly requestId: string
  /** What it changed of other people's. */
  readonly touched?: Touched
}

/** URIs of changed things, by the person whose they are. */
export type Touched = ReadonlyMap<string, ReadonlySet<string>>

/** A call that carries an idempotency key. Who, what and the key name it; the hash tells another input apart. */
export interface KeyedCall {
  readonly actorId: string
  readonly operation: string
  readonly key: string
  readonly inputHash: string
  readonly at: Date
}

export type Claim =
  | { readonly state: 'mine' }
  | { readonly state: 'answered'; readonly output: unknown }
  | { readonly state: 'in_progress' }
  | { readonly state: 'other_input' }

/** The outcome of a claim that lasts longer than its transaction. `unknown`: an earlier attempt may have been done. */
export type OutsideClaim = Claim | { readonly state: 'unknown' }

/** One attempt at a keyed call that reaches outside. */
export interface OutsideAttempt {
  readonly id: string
  /** What broke off may be done again under the same key. */
  readonly canRepeat: boolean
  /** An earlier attempt has begun, and is over whatever its claim says. */
  readonly resumes: boolean
  /** Milliseconds after which this attempt counts as broken off, if nothing was heard of it. */
  readonly staleAfterMs: number
}

/** Bound to one transaction, so that what it writes stands or falls with the effect. */
export interface Ledger {
  /** Takes a keyed call for this transaction, or says what its state is. */
  claim(call: KeyedCall): Promise<Claim>
  /** Stores the answer of a claimed call, whichever attempt comes first with one. */
  answer(call: KeyedCall, output: unknown): Promise<void>
  /** Takes a keyed call that reaches outside until it is answered or left, or says what its state is. */
  begin(call: KeyedCall, attempt: OutsideAttempt): Promise<OutsideClaim>
  /** How such an attempt ended without an answer: `free`, nothing was done; `broken_off`, nobody knows. */
  leave(call: KeyedCall, attemptId: string, how: 'free' | 'broken_off'): Promise<void>
  /** Adds an entry. Where an actor has failed often within the minute, further failures are only counted. */
  record(entry: AuditEntry): Promise<void>
}
