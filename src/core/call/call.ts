/** One call as a door makes it, and its outcome. */
import type { z } from 'zod'
import type { Actor, Door } from '../operation/actor.ts'
import type { Progress, Resources } from '../operation/context.ts'
import type { Operation } from '../operation/operation.ts'

/** What a door knows of one call. */
export interface Call {
  readonly actor: Actor
  readonly door: Door
  readonly requestId?: string
  /** Makes a retry of a write safe: the same key and input get the first answer again. */
  readonly idempotencyKey?: string
  /**
   * An earlier attempt under this key may have begun, and its caller has lost the right to: of a call that reaches
   * outside, what is known of it is taken over at once.
   */
  readonly resumes?: boolean
  readonly signal?: AbortSignal
  readonly report?: (progress: Progress) => void
  /** The step of the run that makes the call; only runs have one. */
  readonly stepId?: string
  /** What the caller does in the transactions of the write. */
  readonly within?: Within
}

/**
 * A caller's own part of a write. Where nothing is reached outside, all is one transaction, and what throws undoes all of
 * it. Else `before` goes with the claim, and `after` follows once the answer stands: the call is then asked for again
 * under its key by the process that goes on with the caller's work, and `after` is given the stored answer.
 */
export interface Within {
  /** Before the write, and before an earlier answer is given again: may the caller still do this? */
  before(resources: Resources): Promise<void>
  /** Once `before` stands, and before anything is done outside. Must not throw. */
  begun?(): Promise<void>
  /** After it, with its answer. */
  after(resources: Resources, output: object): Promise<void>
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
