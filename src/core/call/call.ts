/** One call as a door makes it, and its outcome. */
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import type { Actor, Door } from '../operation/actor.ts'
import type { Firing, Progress, Resources } from '../operation/context.ts'
import type { Operation } from '../operation/operation.ts'

/** What a door knows of one call. */
export interface Call {
  readonly actor: Actor
  readonly door: Door
  readonly requestId?: string
  /** Makes a retry of a write safe: the same key and input get the first answer again. */
  readonly idempotencyKey?: string
  /**
   * An earlier attempt under this key may have begun, and its caller has lost the right to finish it. The claim of a
   * call that reaches outside is then taken over at once.
   */
  readonly resumes?: boolean
  readonly signal?: AbortSignal
  readonly report?: (progress: Progress) => void
  /** The step of the run that makes the call; only runs have one. */
  readonly stepId?: string
  /** The schedule that makes the call; only schedules have one. */
  readonly firing?: Firing
  /** What the caller adds to the transactions of the write. */
  readonly within?: Within
}

/**
 * A caller's own part of a write. For an operation that does not reach outside, everything is one transaction, and an
 * error undoes all of it. Otherwise `before` runs in the transaction that claims the call, and `after` runs once the
 * answer is stored: the process that continues the caller's work repeats the call under its key, and `after` then
 * receives the stored answer.
 */
export interface Within {
  /** Runs before the write, and before an earlier answer is returned: may the caller still do this? */
  before(resources: Resources): Promise<void>
  /** Runs once `before` has committed, and before the work outside begins. Must not throw. */
  begun?(): Promise<void>
  /** Runs after the write, with its answer. */
  after(resources: Resources, output: object): Promise<void>
}

/** Thrown by `Within.before` when another caller has made this very call: it ends without an entry in the audit. */
export class MadeElsewhere extends AppError {
  constructor() {
    super('conflict', 'Another caller has made this call.')
    this.name = 'MadeElsewhere'
  }
}

/** The outcome of a call. */
export interface Outcome<Output> {
  readonly output: Output
  /** True when this is the stored answer of an earlier call with the same key. */
  readonly replayed: boolean
}

export type Invoke = <Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: unknown,
  call: Call,
) => Promise<Outcome<z.output<Output>>>
