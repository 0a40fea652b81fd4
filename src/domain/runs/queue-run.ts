/**
 * Puts a run on the queue. Its job names no run: it says that a slot may be filled, and the worker that gets it takes
 * the run whose turn it is.
 */
import type { RunRow } from './run.ts'
import type { Writes } from './writes.ts'

/** The name of the job that works on a run. */
export const RUN_JOB = 'run'
/** All of them come after the jobs that have no priority, such as those of schedules. */
export const RUN_JOB_PRIORITY = 1

/** One job for each time that a run becomes ready: the position of its last event tells those times apart. */
export function queueRun(writes: Pick<Writes, 'enqueue' | 'now'>, run: RunRow): void {
  const delayMs = Math.max(run.startAfter.getTime() - writes.now.getTime(), 0)
  writes.enqueue({
    name: RUN_JOB,
    id: `${run.id}-${run.lastEvent}`,
    data: {},
    priority: RUN_JOB_PRIORITY,
    ...(delayMs > 0 && { delayMs }),
  })
}
