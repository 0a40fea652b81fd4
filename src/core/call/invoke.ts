/** The only way in: parse, scope, confirmation, idempotency, run, check the output, audit. Every door calls it. */
import type { z } from 'zod'
import { AppError, toAppError } from '../errors.ts'
import { type Actor, type Door, wayTo } from '../operation/actor.ts'
import { isMeantFor } from '../operation/catalog.ts'
import type { Log, Progress, QueuedJob, Resources } from '../operation/context.ts'
import type { NewId } from '../operation/ids.ts'
import type { Operation } from '../operation/operation.ts'
import { grants } from '../operation/scopes.ts'
import { createAfterCommit } from './after-commit.ts'
import { type Attempt, auditEntry, cancelled, checkOutput, contextOf } from './attempt.ts'
import { parseInput } from './input.ts'
import { keyedCall } from './keyed-call.ts'
import type { Ledger } from './ledger.ts'
import { writeOnce } from './write-once.ts'
import { tellCaller, writeOutside } from './write-outside.ts'

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

/** What became of a call. */
export interface Outcome<Output> {
  readonly output: Output
  /** True when this is the stored answer of an earlier call with the same key. */
  readonly replayed: boolean
}

/** A change that watchers may want to hear of. */
export interface Change {
  readonly uris: readonly string[]
  readonly personId: string
}

/** What `invoke` stands on; composed once. */
export interface Runtime {
  /** For reads, and for what is recorded outside a transaction. */
  readonly resources: Resources
  readonly ledger: Ledger
  /** Runs `work` in one transaction: all of it stands, or none. */
  transaction<T>(work: (resources: Resources, ledger: Ledger) => Promise<T>): Promise<T>
  /** Tells watchers, after the commit. Must not throw. */
  publish(change: Change): void
  /** Calls `listener` after each change, from any process; returns the way to stop. */
  watch(listener: (change: Change) => void): () => void
  readonly operations: readonly Operation[]
  /** Puts jobs on the queue, after the commit. Must not throw. */
  enqueue(jobs: readonly QueuedJob[]): Promise<void>
  readonly now: () => Date
  readonly newId: NewId
  readonly log: Log
}

export type Invoke = <Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: unknown,
  call: Call,
) => Promise<Outcome<z.output<Output>>>

/**
 * Binds `invoke` to its runtime. A call answers with its outcome or throws an `AppError`, nothing else.
 * A write is one transaction: its effect, its audit entry and its stored answer stand or fall together. What is done
 * outside goes before it, with no transaction open: see `writeOutside`.
 */
export function createInvoke(runtime: Runtime): Invoke {
  return async <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    rawInput: unknown,
    call: Call,
  ): Promise<Outcome<z.output<Output>>> => {
    const requestId = call.requestId ?? runtime.newId('req')
    const startedAt = performance.now()
    const at = runtime.now()
    const input = parseInput(operation, rawInput)
    const attempt: Attempt<Input, Output> = { operation, input, call, requestId, at, startedAt }
    let outcome: Outcome<z.output<Output>>
    try {
      permit(attempt)
      if (operation.effect === 'read') return { output: await read(runtime, attempt), replayed: false }
      outcome = await write(runtime, attempt)
    } catch (thrown) {
      const error = toAppError(thrown)
      await recordFailure(runtime, attempt, error)
      throw error
    }
    // It stands by now and is recorded as done, whatever becomes of the caller.
    if (operation.reach !== undefined) await tellCaller(runtime, call, outcome.output)
    return outcome
  }
}

function permit({ operation, input, call }: Attempt): void {
  if (!isMeantFor(operation, call.actor, call.door)) {
    throw new AppError('forbidden', `${operation.name} is for people only: its answer holds a secret.`, {
      fix: 'Ask the person to call it on the command line or over HTTP.',
    })
  }
  if (!grants(call.actor.scopes, operation.scope)) {
    throw new AppError(
      'forbidden',
      `${operation.name} needs the scope ${operation.scope}, which you do not have.`,
      { fix: wayTo(operation.scope, call.actor) },
    )
  }
  if (operation.effect === 'destroy' && input.confirm !== true) {
    throw new AppError(
      'confirmation_required',
      `${operation.name} cannot be undone, so it must be confirmed.`,
      {
        fix: 'Ask the person; if they agree, call again with confirm: true.',
      },
    )
  }
}

async function read<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<z.output<Output>> {
  const { operation, input } = attempt
  const ctx = contextOf(runtime, attempt, { resources: runtime.resources, after: createAfterCommit(runtime) })
  return checkOutput(operation, await operation.run(input, ctx, undefined))
}

async function write<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<Outcome<z.output<Output>>> {
  const { operation, call } = attempt
  if (call.signal?.aborted) throw cancelled()
  if (operation.reach !== undefined) return await writeOutside(runtime, attempt)
  const key = call.idempotencyKey
  return await writeOnce(runtime, attempt, { keyed: key === undefined ? undefined : keyedCall(attempt, key) })
}

/** A write that failed left nothing behind, so its entry is written on its own; failing to is only logged. */
async function recordFailure(runtime: Runtime, attempt: Attempt, error: AppError): Promise<void> {
  const fields = { requestId: attempt.requestId, operation: attempt.operation.name, code: error.code }
  if (error.code === 'internal') runtime.log.error({ ...fields, err: error.cause }, 'operation failed')
  if (attempt.operation.effect === 'read') return
  try {
    await runtime.ledger.record(auditEntry(runtime, attempt, error.code))
  } catch (err) {
    runtime.log.error({ ...fields, err }, 'a failed call could not be recorded')
  }
}
