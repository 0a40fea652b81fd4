/** The calls that take back what operations on several tasks did. */
import type { NextCall } from '../../core/operation/next-call.ts'
import { BATCH_MAX_ITEMS } from '../../core/schema/batch.ts'
import type { Task } from './task.ts'

type Result =
  | { readonly ok: true; readonly changed: boolean; readonly task: Pick<Task, 'ref'> }
  | { readonly ok: false }

/** The references of the tasks that a call changed. */
export function changedRefs(results: readonly Result[]): string[] {
  return results.flatMap((result) => (result.ok && result.changed ? [result.task.ref] : []))
}

/** A call for as many of these tasks as a batch holds, and more such calls for the others. */
export function callsFor(
  operation: string,
  refs: readonly string[],
  input: Readonly<Record<string, unknown>> = {},
): NextCall[] {
  const calls: NextCall[] = []
  for (let at = 0; at < refs.length; at += BATCH_MAX_ITEMS)
    calls.push({ operation, input: { taskIds: refs.slice(at, at + BATCH_MAX_ITEMS), ...input } })
  return calls
}
