/**
 * The only way to call an operation: parse, scope, confirmation, idempotency, run, output check, audit. Every door uses
 * it.
 */
import type { z } from 'zod'
import { AppError, toAppError } from '../errors.ts'
import { wayTo } from '../operation/actor.ts'
import { isGranted, isMeantFor, notForCaller } from '../operation/catalog.ts'
import type { Operation } from '../operation/operation.ts'
import { createAfterCommit } from './after-commit.ts'
import { askOutside } from './ask-outside.ts'
import { type Attempt, auditEntry, cancelled, checkOutput, contextOf } from './attempt.ts'
import { type Call, type Invoke, MadeElsewhere, type Outcome } from './call.ts'
import { parseInput } from './input.ts'
import { keyedCall } from './keyed-call.ts'
import type { OutsideParts } from './nest-calls.ts'
import { followCurrent, hasReferences, resolveReferences } from './resolve-references.ts'
import type { Runtime } from './runtime.ts'
import { settleAnswer } from './settle-answer.ts'
import { writeOnce } from './write-once.ts'
import { tellCaller, writeOutside } from './write-outside.ts'

/**
 * Binds `invoke` to its runtime. A call answers with its outcome or throws an `AppError`, nothing else. A write is one
 * transaction: its effect, its audit entry and its stored answer are committed together or not at all. Work outside
 * comes before it, with no transaction open: see `writeOutside`.
 */
export function createInvoke(runtime: Runtime): Invoke {
  const invoke: Invoke = async <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    rawInput: unknown,
    call: Call,
  ): Promise<Outcome<z.output<Output>>> => {
    const requestId = call.requestId ?? runtime.newId('req')
    const startedAt = performance.now()
    const at = runtime.now()
    const input = parseInput(operation, rawInput)
    let attempt: Attempt<Input, Output> = { operation, input, asked: input, call, requestId, at, startedAt }
    let outcome: Outcome<z.output<Output>>
    try {
      permit(attempt)
      if (hasReferences(operation.input, input)) attempt = await withIds(runtime, attempt)
      if (call.firing !== undefined) attempt = await withCurrent(runtime, attempt)
      if (operation.effect === 'read') return { output: await read(runtime, attempt), replayed: false }
      outcome = await write({ runtime, invoke }, attempt)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (!(error instanceof MadeElsewhere)) await recordFailure(runtime, attempt, error)
      throw error
    }
    // The write is committed and recorded by now, even if the caller's part fails.
    if (operation.reach !== undefined) await tellCaller(runtime, call, outcome.output)
    return await settleAnswer(runtime, attempt, outcome)
  }
  return invoke
}

function permit({ operation, input, call }: Attempt): void {
  if (!isMeantFor(operation, call.actor, call.door)) throw notForCaller(operation, call.actor)
  if (!isGranted(operation, call.actor)) {
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

/** The attempt with ids in place of the references that were typed. */
async function withIds<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<Attempt<Input, Output>> {
  const { operation, asked, call } = attempt
  const input = await resolveReferences(operation.input, asked, { ...runtime.resources, actor: call.actor })
  return { ...attempt, input }
}

/** The attempt of a schedule, which names what was there when the schedule was made. */
async function withCurrent<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<Attempt<Input, Output>> {
  const ctx = { ...runtime.resources, actor: attempt.call.actor }
  return { ...attempt, input: await followCurrent(attempt.operation.input, attempt.input, { ctx }) }
}

async function read<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<z.output<Output>> {
  const { operation, input } = attempt
  const ctx = contextOf(runtime, attempt, { resources: runtime.resources, after: createAfterCommit(runtime) })
  const reached = operation.reach === undefined ? undefined : await askOutside(runtime, attempt)
  return checkOutput(operation, await operation.run(input, ctx, reached))
}

async function write<Input extends z.ZodObject, Output extends z.ZodObject>(
  parts: OutsideParts,
  attempt: Attempt<Input, Output>,
): Promise<Outcome<z.output<Output>>> {
  const { operation, call } = attempt
  if (call.signal?.aborted) throw cancelled()
  if (operation.reach !== undefined) return await writeOutside(parts, attempt)
  const key = call.idempotencyKey
  return await writeOnce(parts.runtime, attempt, {
    keyed: key === undefined ? undefined : keyedCall(attempt, key),
  })
}

/** A failed write left nothing behind, so its entry is written separately; a failure to write it is only logged. */
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
