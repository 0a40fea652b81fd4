/** What a write leaves to do once it stands: whom to tell of what changed, and what to put on the queue. */
import type { QueuedJob } from '../operation/context.ts'
import type { Touched } from './ledger.ts'
import type { Runtime } from './runtime.ts'

export interface AfterCommit {
  changed(uri: string, personId: string): void
  touched(uri: string, personId: string): void
  enqueue(job: QueuedJob): void
  /** What was touched so far that does not belong to this person, to be recorded in the write's own transaction. */
  touchedOfOthers(personId: string): Touched
  /** To be called after the commit, once. */
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
