/** What a write leaves to do once it stands: whom to tell of what changed, and what to put on the queue. */
import type { QueuedJob } from './context.ts'
import type { Runtime } from './invoke.ts'

export interface AfterCommit {
  changed(uri: string, personId: string): void
  enqueue(job: QueuedJob): void
  /** To be called after the commit, once. */
  settle(): Promise<void>
}

export function createAfterCommit({ publish, enqueue }: Pick<Runtime, 'publish' | 'enqueue'>): AfterCommit {
  const urisOf = new Map<string, Set<string>>()
  const jobs: QueuedJob[] = []
  return {
    changed(uri, personId) {
      urisOf.set(personId, (urisOf.get(personId) ?? new Set()).add(uri))
    },
    enqueue: (job) => void jobs.push(job),
    async settle() {
      for (const [personId, uris] of urisOf) publish({ uris: [...uris], personId })
      if (jobs.length > 0) await enqueue(jobs)
    },
  }
}
