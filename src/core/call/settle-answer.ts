/** Brings the answer of a committed write up to date, where its operation does so. */
import type { z } from 'zod'
import { createAfterCommit } from './after-commit.ts'
import { type Attempt, checkOutput, contextOf } from './attempt.ts'
import type { Outcome } from './call.ts'
import type { Runtime } from './runtime.ts'

/** The write is committed: whatever fails here is logged, and leaves the answer as it was. */
export async function settleAnswer<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
  outcome: Outcome<z.output<Output>>,
): Promise<Outcome<z.output<Output>>> {
  const { operation, input } = attempt
  if (operation.settle === undefined) return outcome
  const ctx = contextOf(runtime, attempt, {
    resources: runtime.resources,
    after: createAfterCommit(runtime),
  })
  const lent = runtime.lend(ctx)
  const settling = {
    ...ctx,
    ...lent.resources,
    transaction: runtime.transaction,
    publish: runtime.publish,
    failed: lent.failed,
  }
  try {
    const output = await operation.settle(input, settling, outcome.output)
    return { ...outcome, output: checkOutput(operation, output) }
  } catch (err) {
    runtime.log.warn({ err, operation: operation.name }, 'an answer could not be brought up to date')
    return outcome
  }
}
