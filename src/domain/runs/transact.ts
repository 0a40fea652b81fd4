/** Transactions on runs outside an operation's own: watchers are notified and jobs are queued after the commit. */
import { createAfterCommit } from '../../core/call/after-commit.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Resources } from '../../core/operation/context.ts'
import type { Writes } from './writes.ts'

/** The parts that a transaction writes through, and what remains to do afterwards. */
export interface Collected {
  readonly writes: Writes
  /** After the commit: notifies watchers, each of their own things, and puts jobs on the queue. */
  settle(): Promise<void>
}

export type Settling = Pick<Runtime, 'publish' | 'enqueue' | 'now' | 'newId'>

export function createWrites(runtime: Settling, resources: Resources): Collected {
  const { changed, enqueue, settle } = createAfterCommit(runtime)
  const { db, defaultTimeZone } = resources
  const { newId } = runtime
  return { writes: { db, defaultTimeZone, now: runtime.now(), newId, changed, enqueue }, settle }
}

/** Runs `work` in one transaction. */
export async function transact<T>(
  runtime: Settling & Pick<Runtime, 'transaction'>,
  work: (writes: Writes, resources: Resources) => Promise<T>,
): Promise<T> {
  const { result, settle } = await runtime.transaction(async (resources) => {
    const { writes, settle } = createWrites(runtime, resources)
    return { result: await work(writes, resources), settle }
  })
  await settle()
  return result
}

/** Runs the single statement of `work`, which needs no transaction. */
export async function commitAtOnce<T>(
  runtime: Settling & Pick<Runtime, 'resources'>,
  work: (writes: Writes) => Promise<T>,
): Promise<T> {
  const { writes, settle } = createWrites(runtime, runtime.resources)
  const result = await work(writes)
  await settle()
  return result
}
