/** A job is an operation that the clock calls once for each due time, however many workers there are. */
import type { z } from 'zod'
import type { Operation } from '../operation/operation.ts'

/** When a job is due: at a fixed interval, or by a cron expression in UTC. */
export type JobTiming = { readonly everyMs: number } | { readonly cron: string }

export interface Job {
  /** Unique in the gateway, in kebab-case: `greenhouse-water`. */
  readonly name: string
  readonly when: JobTiming
  /**
   * The gateway itself calls it for its owner, with only this operation's scope and with the due time as idempotency
   * key. People can call it too: an operation that changes what belongs to all people needs the scope `admin`.
   */
  readonly operation: Operation
  readonly input: Readonly<Record<string, unknown>>
}

export function defineJob<Input extends z.ZodObject, Output extends z.ZodObject>(spec: {
  readonly name: string
  readonly when: JobTiming
  readonly operation: Operation<Input, Output>
  readonly input: z.input<Input> & Readonly<Record<string, unknown>>
}): Job {
  return spec as unknown as Job
}
