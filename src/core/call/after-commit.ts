/** What remains to do after a write commits: notify watchers of changes, and add jobs to the queue. */
import type { QueuedJob } from '../operation/context.ts'
import type { Touched } from './ledger.ts'
import type { Runtime } from './runtime.ts'

export interface AfterCommit {
  changed(uri: string, personId: string): void
  touched(uri: string, personId: string): void
  enqueue(job: QueuedJob): void
  /** The changes so far to things of other people than this one, to be recorded in the write's own transaction. */
  touchedOfOthers(personId: string): Touched
  /** Call it once, after the commit. */
  settle(): Promise<void>
}

export function createAfterCommit({ publish, enqueue }: Pick<Runtime, 'publish' | 'enqueue'>): AfterCommit {
  const changed = new Map<string, Set<string>>()
  const touched = new Map<string, Set<string>>()
  const jobs: QueuedJob[] = []
  return {
    changed: (uri, personId) => add(changed, personId, uri),
    touched: (uri, personId) => add(touched, personId, uri),
    enqueue: (job) => void jobs.push(job),
    touchedOfOthers: (personId) => new Map([...touched].filter(([owner]) => owner !== personId)),
    async settle() {
      for (const [personId, uris] of changed) publish({ uris: [...uris], personId })
      if (jobs.length > 0) await enqueue(jobs)
    },
  }
}

function add(urisOf: Map<string, Set<string>>, personId: string, uri: string): void {
  urisOf.set(personId, (urisOf.get(personId) ?? new Set()).add(uri))
}
