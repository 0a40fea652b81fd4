/**
 * A write in one transaction: its effect, its audit entry and its stored answer are committed together or not at all.
 */
import type { z } from 'zod'
import { announceRecorded, createAfterCommit } from './after-commit.ts'
import { type Attempt, auditEntry, cancelled, checkOutput, contextOf, withoutShownOnce } from './attempt.ts'
import type { Outcome } from './call.ts'
import { earlierAnswer } from './keyed-call.ts'
import type { KeyedCall } from './ledger.ts'
import type { Runtime } from './runtime.ts'

interface Write {
  readonly keyed: KeyedCall | undefined
  /** The result of the work outside that came before. */
  readonly reached?: unknown
}

export async function writeOnce<Input extends z.ZodObject, Output extends z.ZodObject>(
  runtime: Runtime,
  attempt: Attempt<Input, Output>,
  { keyed, reached }: Write,
): Promise<Outcome<z.output<Output>>> {
  const { operation, input, call } = attempt
  const after = createAfterCommit(runtime)
  const outcome = await runtime.transaction(async (resources, ledger) => {
    await call.within?.before(resources)
    const earlier = keyed && earlierAnswer(await ledger.claim(keyed))
    if (earlier) {
      const output = checkOutput(operation, earlier.output)
      await call.within?.after(resources, output)
      return { output, replayed: true }
    }
    const ctx = contextOf(runtime, attempt, { resources, after })
    const output = checkOutput(operation, await operation.run(input, ctx, reached))
    await call.within?.after(resources, output)
    const [, recorded] = await Promise.all([
      keyed && ledger.answer(keyed, { output: withoutShownOnce(operation, output), input }),
      ledger.record({
        ...auditEntry(runtime, attempt, 'ok'),
        touched: after.touchedOfOthers(call.actor.personId),
        events: after.emissions().map((each) => ({ ...each, id: runtime.newId('event') })),
      }),
    ])
    announceRecorded(after.changed, recorded)
    // A cancel before the commit undoes everything; after the commit the answer is valid.
    if (call.signal?.aborted) throw cancelled()
    return { output, replayed: false }
  })
  await after.settle()
  return outcome
}
