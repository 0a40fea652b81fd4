/** The parts that `invoke` needs. */
import type { Change, Context, Log, QueuedJob, ReachResources, Resources } from '../operation/context.ts'
import type { NewId } from '../operation/ids.ts'
import type { Operation } from '../operation/operation.ts'
import type { Ledger } from './ledger.ts'

/** What a call lends to its outside part. */
export interface Lent {
  readonly resources: ReachResources
  /** Called with what the outside part threw; answers with what the call fails with. Must not throw. */
  failed(thrown: unknown): Promise<unknown>
}

/** The parts that `invoke` needs; composed once. */
export interface Runtime {
  /** For reads, and for records outside a transaction. */
  readonly resources: Resources
  readonly ledger: Ledger
  /** Runs `work` in one transaction: everything in it is committed, or nothing. */
  transaction<T>(work: (resources: Resources, ledger: Ledger) => Promise<T>): Promise<T>
  /** Lends the outside part of one call what only that part may use. */
  lend(ctx: Omit<Context, 'idempotencyKey'>): Lent
  /** Notifies watchers, after the commit. Must not throw. */
  publish(change: Change): void
  /** Calls `listener` after each change, from any process; returns a function that stops it. */
  watch(listener: (change: Change) => void): () => void
  readonly operations: readonly Operation[]
  /** Puts jobs on the queue, after the commit. Must not throw. */
  enqueue(jobs: readonly QueuedJob[]): Promise<void>
  readonly now: () => Date
  readonly newId: NewId
  readonly log: Log
}
