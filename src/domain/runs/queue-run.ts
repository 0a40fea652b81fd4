/** Puts a run on the queue: the queue only gets its id, everything else stays here. */
import type { RunRow } from './run.ts'
import { QUEUE_PRIORITY } from './states.ts'
import type { Writes } from './writes.ts'

/** The name of the job that works on a run. */
export const RUN_JOB = 'run'

/** One job for each time that a run becomes ready: the position of its last event tells those times apart. */
export function queueRun(writes: Pick<Writes, 'enqueue' | 'now'>, run: RunRow): void {
  const delayMs = Math.max(run.startAfter.getTime() - writes.now.getTime(), 0)
  writes.enqueue({
    name: RUN_JOB,
    id: `${run.id}-${run.lastEvent}`,
    data: { runId: run.id },
    priority: QUEUE_PRIORITY[run.priority],
    ...(delayMs > 0 && { delayMs }),
  })
}
