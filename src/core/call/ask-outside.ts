/** The part of a read that asks other services: it changes nothing there, so that it needs no claim and may be repeated. */
import type { ReachContext } from '../operation/context.ts'
import { createAfterCommit } from './after-commit.ts'
import { type Attempt, contextOf, NEVER_ABORTED } from './attempt.ts'
import type { Runtime } from './runtime.ts'

/** Milliseconds after which the asking is aborted. */
const ASKING_MAX_MS = 60_000

/** @throws what the services threw, with accounts that they refuse marked as broken */
export async function askOutside(runtime: Runtime, attempt: Attempt): Promise<unknown> {
  const { operation, input, call } = attempt
  const { resources } = runtime
  const ctx = {
    ...contextOf(runtime, attempt, { resources, after: createAfterCommit(runtime) }),
    signal: AbortSignal.any([call.signal ?? NEVER_ABORTED, AbortSignal.timeout(ASKING_MAX_MS)]),
  }
  const lent = runtime.lend(ctx)
  try {
    // `defineOperation` types this part of a read without what only writes are given.
    return await operation.reach?.(input, { ...ctx, ...lent.resources } as unknown as ReachContext)
  } catch (thrown) {
    throw await lent.failed(thrown)
  }
}
