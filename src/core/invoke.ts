/** The only way in: parse, scope, confirmation, idempotency, run, check the output, audit. Every door calls it. */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Actor, Door } from './actor.ts'
import { isMeantFor } from './catalog.ts'
import type { Context, Log, Progress, QueuedJob, Resources } from './context.ts'
import { AppError, toAppError } from './errors.ts'
import type { NewId } from './ids.ts'
import { parseInput, sentence, toIssue } from './input.ts'
import type { AuditEntry, KeyedCall, Ledger } from './ledger.ts'
import type { Operation } from './operation.ts'
import { redact } from './redact.ts'
import { grants } from './scopes.ts'

/** What a door knows of one call. */
export interface Call {
  readonly actor: Actor
  readonly door: Door
  readonly requestId?: string
  /** Makes a retry of a write safe: the same key and input get the first answer again. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
  readonly report?: (progress: Progress) => void
  /** What the caller does in the same transaction as the write. */
  readonly within?: Within
}

/** A caller's own part of a write: what throws undoes all of it. */
export interface Within {
  /** Before the write, and before an earlier answer is given again: may the caller still do this? */
  before(resources: Resources): Promise<void>
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

/** Characters of an idempotency key. */
export const IDEMPOTENCY_KEY_MAX_CHARS = 255

const NEVER_ABORTED = new AbortController().signal

/**
 * Binds `invoke` to its runtime. A call answers with its outcome or throws an `AppError`, nothing else.
 * A write is one transaction: its effect, its audit entry and its stored answer stand or fall together.
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
    try {
      permit(attempt)
      if (operation.effect === 'read') return { output: await read(runtime, attempt), replayed: false }
      return await write(runtime, attempt)
    } catch (thrown) {
      const error = toAppError(thrown)
      await recordFailure(runtime, attempt, error)
      throw error
    }
  }
}

interface Attempt<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly operation: Operation<Input, Output>
  readonly input: z.output<Input>
  readonly call: Call
  readonly requestId: string
  readonly at: Date
  readonly startedAt: number
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
      {
        fix: `Use a key with the scope ${operation.scope}, or ask somebody who has one.`,
      },
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

function cancelled(): AppError {
  return new AppError('cancelled', 'The call was cancelled. Nothing was changed by it.')
}

async function read<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<z.output<Output>> {
  const ctx = contextOf(runtime, attempt, runtime.resources, { uris: new Map(), jobs: [] })
  return checkOutput(attempt.operation, await attempt.operation.run(attempt.input, ctx))
}

async function write<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
): Promise<Outcome<z.output<Output>>> {
  const { operation, input, call } = attempt
  if (call.signal?.aborted) throw cancelled()
  const keyed = keyedCall(attempt)
  const after: AfterCommit = { uris: new Map(), jobs: [] }
  const outcome = await runtime.transaction(async (resources, ledger) => {
    await call.within?.before(resources)
    const earlier = keyed && (await earlierAnswer(ledger, keyed))
    if (earlier) {
      const output = checkOutput(operation, earlier.output)
      await call.within?.after(resources, output)
      return { output, replayed: true }
    }
    const ctx = contextOf(runtime, attempt, resources, after)
    const output = checkOutput(operation, await operation.run(input, ctx))
    await call.within?.after(resources, output)
    await Promise.all([
      keyed && ledger.answer(keyed, withoutShownOnce(operation, output)),
      ledger.record(auditEntry(runtime, attempt, 'ok')),
    ])
    // A cancel that arrives before the commit undoes everything; after it, the answer stands.
    if (call.signal?.aborted) throw cancelled()
    return { output, replayed: false }
  })
  for (const [personId, uris] of after.uris) runtime.publish({ uris: [...uris], personId })
  if (after.jobs.length > 0) await runtime.enqueue(after.jobs)
  return outcome
}

function keyedCall({ operation, input, call, at }: Attempt): KeyedCall | undefined {
  const key = call.idempotencyKey
  if (key === undefined) return undefined
  if (key.length === 0 || key.length > IDEMPOTENCY_KEY_MAX_CHARS) {
    throw new AppError(
      'invalid_input',
      `An idempotency key has 1 to ${IDEMPOTENCY_KEY_MAX_CHARS} characters; this one has ${key.length}.`,
      { fix: 'Use a random UUID, made once for each thing you want done.' },
    )
  }
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest('base64url')
  return { actorId: call.actor.id, operation: operation.name, key, inputHash, at }
}

async function earlierAnswer(ledger: Ledger, keyed: KeyedCall): Promise<{ output: unknown } | undefined> {
  const claim = await ledger.claim(keyed)
  switch (claim.state) {
    case 'mine':
      return undefined
    case 'answered':
      return { output: claim.output }
    case 'in_progress':
      throw new AppError('in_progress', 'A call with this idempotency key is still running.', {
        fix: 'Wait and call again with the same key to get its answer.',
        retryAfterMs: 1000,
      })
    case 'other_input':
      throw new AppError('idempotency_mismatch', 'This idempotency key was used before with another input.', {
        fix: 'Use a new key for a new call; repeat the input exactly to get the first answer again.',
      })
  }
}

/** What we answer must be what we promise: a result that breaks its own schema is our defect, not the caller's. */
function checkOutput<Output extends z.ZodObject>(
  operation: Operation<z.ZodObject, Output>,
  output: unknown,
): z.output<Output> {
  const checked = operation.output.safeParse(output)
  if (checked.success) return checked.data
  throw new Error(
    `${operation.name} answered out of its schema: ${sentence(checked.error.issues.map(toIssue))}`,
  )
}

/** What may be stored of an answer. */
function withoutShownOnce(operation: Operation, output: object): object {
  const fields = operation.shownOnce ?? []
  return fields.length === 0
    ? output
    : { ...output, ...Object.fromEntries(fields.map((field) => [field, null])) }
}

/** What a write leaves to do once it stands. */
interface AfterCommit {
  /** What changed, by whose it is. */
  readonly uris: Map<string, Set<string>>
  readonly jobs: QueuedJob[]
}

function contextOf(runtime: Runtime, attempt: Attempt, resources: Resources, after: AfterCommit): Context {
  const { call, requestId, at } = attempt
  return {
    ...resources,
    actor: call.actor,
    door: call.door,
    requestId,
    idempotencyKey: call.idempotencyKey,
    now: at,
    newId: runtime.newId,
    // Asked for only by work that can stop half-way: making one costs more than a short call.
    get signal() {
      return call.signal ?? NEVER_ABORTED
    },
    log: runtime.log,
    operations: runtime.operations,
    watch: runtime.watch,
    report: call.report ?? (() => undefined),
    changed(uri, personId = call.actor.personId) {
      const uris = after.uris.get(personId) ?? new Set()
      after.uris.set(personId, uris.add(uri))
    },
    enqueue: (job) => after.jobs.push(job),
  }
}

function auditEntry(runtime: Runtime, attempt: Attempt, outcome: AuditEntry['outcome']): AuditEntry {
  return {
    id: runtime.newId('audit'),
    at: attempt.at,
    actor: attempt.call.actor,
    door: attempt.call.door,
    operation: attempt.operation.name,
    input: redact(attempt.input),
    outcome,
    durationMs: Math.round(performance.now() - attempt.startedAt),
    requestId: attempt.requestId,
  }
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
