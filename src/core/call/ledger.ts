/** What a write stores in its own transaction besides its effect: its audit entry and, with a key, its answer. */

import type { ErrorCode } from '../errors.ts'
import type { Actor, Door } from '../operation/actor.ts'
import type { Emission } from '../operation/event.ts'

export interface AuditEntry {
  readonly id: string
  readonly at: Date
  readonly actor: Actor
  readonly door: Door
  readonly operation: string
  /** The kept part of the input: see `auditInput`. */
  readonly input: unknown
  readonly outcome: 'ok' | ErrorCode
  readonly durationMs: number
  readonly requestId: string
  /** What it changed that belongs to other people. */
  readonly touched?: Touched
  /** What happened, for those who want to hear of it. */
  readonly events?: readonly StoredEmission[]
}

/** An event as it is stored: receivers know its id, by which they tell a repeated delivery from another event. */
export interface StoredEmission extends Emission {
  readonly id: string
}

/** URIs of changed things, by the person who owns them. */
export type Touched = ReadonlyMap<string, ReadonlySet<string>>

/** A call with an idempotency key. Actor, operation and key identify it; the hash detects a different input. */
export interface KeyedCall {
  readonly actor: Actor
  readonly operation: string
  readonly key: string
  readonly inputHash: string
  readonly at: Date
}

export type Claim =
  | { readonly state: 'mine' }
  | { readonly state: 'answered'; readonly output: unknown }
  /** It was answered with a thing that the caller no longer sees. */
  | { readonly state: 'lost_sight'; readonly id: string }
  | { readonly state: 'in_progress' }
  | { readonly state: 'other_input' }

/** An answer to be stored. */
export interface Answer {
  readonly output: object
  /** The input of the call, with ids in place of references: an answer may be about things that it does not name. */
  readonly input: object
}

/** The outcome of a claim that lasts longer than its transaction. `unknown`: an earlier attempt may have been done. */
export type OutsideClaim = Claim | { readonly state: 'unknown' }

/** One attempt at a keyed call that reaches outside. */
export interface OutsideAttempt {
  readonly id: string
  /** Whether interrupted work may be repeated under the same key. */
  readonly canRepeat: boolean
  /** An earlier attempt has begun, and counts as ended whatever its claim says. */
  readonly resumes: boolean
  /** Milliseconds without news after which this attempt counts as interrupted. */
  readonly staleAfterMs: number
}

export interface Recorded {
  /** Whether an event has to be delivered. */
  readonly isHeard: boolean
  /** The people who were notified of an event. */
  readonly told: readonly string[]
}

/** Bound to one transaction, so that its entries are committed or undone together with the effect. */
export interface Ledger {
  /** Claims a keyed call for this transaction, or returns its state. */
  claim(call: KeyedCall): Promise<Claim>
  /** Stores the answer of a claimed call; the first attempt to have an answer wins. */
  answer(call: KeyedCall, answer: Answer): Promise<void>
  /** Claims a keyed call that reaches outside until it is answered or left, or returns its state. */
  begin(call: KeyedCall, attempt: OutsideAttempt): Promise<OutsideClaim>
  /**
   * Records how such an attempt ended without an answer: `free`, nothing was done; `broken_off`, the outcome is
   * unknown.
   */
  leave(call: KeyedCall, attemptId: string, how: 'free' | 'broken_off'): Promise<void>
  /**
   * Adds an entry, and its events for those who hear them; answers with whether there are any. When an actor fails often
   * within a minute, further failures are only counted.
   */
  record(entry: AuditEntry): Promise<Recorded>
}
