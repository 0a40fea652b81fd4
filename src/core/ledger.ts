/** What a write leaves behind in its own transaction: its audit entry and, when keyed, its answer. */
import type { Actor, Door } from './actor.ts'
import type { ErrorCode } from './errors.ts'

export interface AuditEntry {
  readonly id: string
  readonly at: Date
  readonly actor: Actor
  readonly door: Door
  readonly operation: string
  /** The input with secrets taken out. */
  readonly input: unknown
  readonly outcome: 'ok' | ErrorCode
  readonly durationMs: number
  readonly requestId: string
}

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

/** Bound to one transaction, so that what it writes stands or falls with the effect. */
export interface Ledger {
  /** Takes a keyed call for this transaction, or says what became of it. */
  claim(call: KeyedCall): Promise<Claim>
  /** Stores the answer of a claimed call. */
  answer(call: KeyedCall, output: unknown): Promise<void>
  record(entry: AuditEntry): Promise<void>
}
