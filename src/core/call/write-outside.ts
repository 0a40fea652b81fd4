/**
 * A write that reaches outside, while no transaction is open. One transaction claims the call under its key; then comes
 * the work outside; then one transaction stores the result, the audit entry and the answer. The claim shows that
 * interrupted work had begun.
 */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { AppError, type ErrorCode, toAppError } from '../errors.ts'
import { backoff, retry } from '../retry.ts'
import { createAfterCommit } from './after-commit.ts'
import { type Attempt, cancelled, checkOutput, contextOf, NEVER_ABORTED } from './attempt.ts'
import type { Call, Outcome } from './call.ts'
import { earlierAnswer, keyedCall } from './keyed-call.ts'
import type { KeyedCall } from './ledger.ts'
import { nestCalls, type OutsideParts } from './nest-calls.ts'
import type { Runtime } from './runtime.ts'
import { writeOnce } from './write-once.ts'

/** Milliseconds after which the work outside is aborted: requests that a person waits for take seconds. */
const OUTSIDE_MAX_MS = 120_000
/** Milliseconds after which a claim counts as interrupted: by then the process that made it has ended or is gone. */
const CLAIM_STALE_MS = OUTSIDE_MAX_MS + 30_000
/** How often a transaction is attempted around the work outside, which it cannot undo, and the pauses between. */
const STORE_TRIES = 3
const STORE_RETRY_DELAY_MS = backoff({ firstMs: 200, maxMs: 1_000 })

/** Codes of errors after which the work may have been done. With any other code the operation says that it was not. */
const OPEN_CODES: readonly ErrorCode[] = ['unavailable', 'cancelled', 'outcome_unknown', 'internal']

/**
 * The work outside was or may have been done, and its answer did not arrive. Repeating the call with the same key does
 * not repeat the work.
 */
export class BrokenOff extends AppError {
  constructor(error: AppError, { idempotencyKey }: Pick<Call, 'idempotencyKey'>) {
    const { retryAfterMs } = error
    const fix =
      idempotencyKey === undefined
        ? 'Check whether it took effect before you call again. With an idempotency key a repeated call has no second effect.'
        : (error.fix ?? 'Call again with the same idempotency key: it takes effect only once.')
    super(error.code, error.message, { fix, retryAfterMs, cause: error.cause ?? error })
    this.name = 'BrokenOff'
  }
}

/** One attempt under the call's key. */
interface Claimed {
  readonly keyed: KeyedCall
  readonly attemptId: string
}

/**
 * Afterwards `tellCaller` runs the caller's part.
 * @throws AppError; `BrokenOff` or `outcome_unknown` where the work may have been done
 */
export async function writeOutside<Input extends z.ZodObject, Output extends z.ZodObject>(
  parts: OutsideParts,
  attempt: Attempt<Input, Output>,
): Promise<Outcome<z.output<Output>>> {
  const { runtime } = parts
  const attemptId = runtime.newId('req')
  const keyed = keyedCall(attempt, attempt.call.idempotencyKey ?? attemptId)
  const claimed = { keyed, attemptId }
  const earlier = await tryAgain(() => begin(runtime, attempt, claimed))
  await attempt.call.within?.begun?.()
  if (earlier) return { output: checkOutput(attempt.operation, earlier.output), replayed: true }
  const reached = await reach(parts, attempt, claimed)
  return await store(runtime, attempt, { ...claimed, reached })
}

/** Claims the call, or answers with the answer of an earlier attempt. */
async function begin(runtime: Runtime, { operation, call }: Attempt, { keyed, attemptId }: Claimed) {
  return await runtime.transaction(async (resources, ledger) => {
    await call.within?.before(resources)
    const claim = await ledger.begin(keyed, {
      id: attemptId,
      canRepeat: operation.outside === 'idempotent',
      resumes: call.resumes ?? false,
      staleAfterMs: CLAIM_STALE_MS,
    })
    return earlierAnswer(claim)
  })
}

async function reach(parts: OutsideParts, attempt: Attempt, claimed: Claimed): Promise<unknown> {
  const { runtime } = parts
  const { operation, input, call } = attempt
  if (call.signal?.aborted) {
    await leave(runtime, claimed, 'free')
    throw cancelled()
  }
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), OUTSIDE_MAX_MS)
  const ctx = {
    ...contextOf(runtime, attempt, { resources: runtime.resources, after: createAfterCommit(runtime) }),
    idempotencyKey: outsideKey(claimed.keyed),
    signal: AbortSignal.any([call.signal ?? NEVER_ABORTED, late.signal]),
  }
  const lent = runtime.lend(ctx)
  try {
    return await operation.reach?.(input, { ...ctx, ...lent.resources, invoke: nestCalls(parts, ctx) })
  } catch (thrown) {
    const error = whyBroken(await lent.failed(thrown), call, late.signal)
    const isOpen = OPEN_CODES.includes(error.code)
    await leave(runtime, claimed, isOpen ? 'broken_off' : 'free')
    throw isOpen ? openError(attempt, error) : error
  } finally {
    clearTimeout(timer)
  }
}

/** Different calls may have the same caller's key, and a key may contain characters that a header cannot. */
function outsideKey({ actor, operation, key }: KeyedCall): string {
  return createHash('sha256')
    .update(JSON.stringify([actor.id, operation, key]))
    .digest('base64url')
}

function whyBroken(thrown: unknown, call: Call, late: AbortSignal): AppError {
  const error = toAppError(thrown)
  if (!OPEN_CODES.includes(error.code)) return error
  if (call.signal?.aborted) {
    return new AppError('cancelled', 'The call was cancelled while it was under way.', { cause: thrown })
  }
  if (!late.aborted) return error
  const words = `The other side did not answer within ${OUTSIDE_MAX_MS / 1000} seconds.`
  return new AppError('unavailable', words, { cause: thrown })
}

function openError({ operation, call }: Attempt, error: AppError): AppError {
  if (operation.outside === 'idempotent' && error.code !== 'outcome_unknown')
    return new BrokenOff(error, call)
  return new AppError(
    'outcome_unknown',
    `The call was interrupted, and may have taken effect: ${error.message}`,
    {
      fix: 'Check whether it took effect. To do it again, call with a new key.',
      cause: error.cause ?? error,
    },
  )
}

/** Stores the result of the work outside even when the caller has gone. */
async function store<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
  { reached, ...claimed }: Claimed & { readonly reached: unknown },
): Promise<Outcome<z.output<Output>>> {
  const { within: _within, signal: _signal, ...call } = attempt.call
  try {
    return await tryAgain(() => writeOnce(runtime, { ...attempt, call }, { keyed: claimed.keyed, reached }))
  } catch (thrown) {
    await leave(runtime, claimed, 'broken_off')
    throw openError(attempt, toAppError(thrown))
  }
}

/** Records in the ledger how an attempt without an answer ended; if that fails, the claim goes stale. */
async function leave(
  runtime: Runtime,
  { keyed, attemptId }: Claimed,
  how: 'free' | 'broken_off',
): Promise<void> {
  try {
    await runtime.ledger.leave(keyed, attemptId, how)
  } catch (err) {
    runtime.log.warn({ err, operation: keyed.operation, how }, 'a call that ended could not be noted')
  }
}

/**
 * The caller's part after the write, in its own transaction.
 * @throws AppError; `BrokenOff` where it may be tried again
 */
export async function tellCaller(runtime: Runtime, call: Call, output: object): Promise<void> {
  const { within } = call
  if (within === undefined) return
  try {
    await tryAgain(() => runtime.transaction((resources) => within.after(resources, output)))
  } catch (thrown) {
    const error = toAppError(thrown)
    throw error.code === 'unavailable' ? new BrokenOff(error, call) : error
  }
}

/** A database that is unavailable may be back in a moment. */
function tryAgain<T>(work: () => Promise<T>): Promise<T> {
  return retry(work, {
    attempts: STORE_TRIES,
    retryIf: (thrown) => toAppError(thrown).code === 'unavailable',
    delayMs: STORE_RETRY_DELAY_MS,
  })
}
