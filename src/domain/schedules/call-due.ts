/** Makes the call of a thing that is due: a schedule of a person or team, or a job of an area. */
import type { Invoke, Outcome, Within } from '../../core/call/call.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Firing } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'

/** A thing that is due, with the operation that it calls. */
export interface DueCall {
  /** Of the schedule or job, unique among both. */
  readonly id: string
  readonly dueAt: Date
  readonly operation: Operation
  readonly input: unknown
  /** For whom it is called. */
  readonly actor: Actor
  readonly firing?: Firing
  readonly within?: Within
  readonly signal?: AbortSignal
}

/** One effect for each due time: a worker that repeats the call of another gets the stored answer. */
export async function callDue(invoke: Invoke, due: DueCall): Promise<Outcome<Record<string, unknown>>> {
  const { id, dueAt, operation, input, ...call } = due
  return await invoke(operation, input, {
    ...call,
    door: 'schedule',
    idempotencyKey: `${id}:${dueAt.toISOString()}`,
  })
}
