/** What remains to do after a write commits: notify watchers of changes, and add jobs to the queue. */
import type { Context, QueuedJob } from '../operation/context.ts'
import { type Emission, NOTIFICATIONS_URI, OUTBOX_SPACE, OUTBOX_URI } from '../operation/event.ts'
import type { Recorded, Touched } from './ledger.ts'
import type { Runtime } from './runtime.ts'

export interface AfterCommit {
  changed(uri: string, spaceId: string): void
  touched(uri: string, ownerId: string): void
  readonly emit: Context['emit']
  enqueue(job: QueuedJob): void
  /** The changes so far to things of other people than this one, to be recorded in the write's own transaction. */
  touchedOfOthers(personId: string): Touched
  /** What happened so far, to be stored in the write's own transaction. */
  emissions(): readonly Emission[]
  /** Call it once, after the commit. */
  settle(): Promise<void>
}

export function createAfterCommit({ publish, enqueue }: Pick<Runtime, 'publish' | 'enqueue'>): AfterCommit {
  const changed = new Map<string, Set<string>>()
  const touched = new Map<string, Set<string>>()
  const emitted: Emission[] = []
  const jobs: QueuedJob[] = []
  return {
    changed: (uri, spaceId) => add(changed, spaceId, uri),
    touched: (uri, ownerId) => add(touched, ownerId, uri),
    emit: (event, happening) =>
      void emitted.push({ ...happening, event: event as unknown as Emission['event'] }),
    emissions: () => emitted,
    enqueue: (job) => void jobs.push(job),
    touchedOfOthers: (personId) => new Map([...touched].filter(([owner]) => owner !== personId)),
    async settle() {
      for (const [spaceId, uris] of changed) publish({ uris: [...uris], spaceId })
      if (jobs.length > 0) await enqueue(jobs)
    },
  }
}

/** After events were stored: wakes the senders, and announces to people that there is something new for them. */
export function announceRecorded(
  changed: (uri: string, spaceId: string) => void,
  { isHeard, told }: Recorded,
): void {
  if (isHeard || told.length > 0) changed(OUTBOX_URI, OUTBOX_SPACE)
  for (const personId of told) changed(NOTIFICATIONS_URI, personId)
}

/** The same for a write that is no call. */
export function publishRecorded({ publish }: Pick<Runtime, 'publish'>, recorded: Recorded): void {
  announceRecorded((uri, spaceId) => publish({ uris: [uri], spaceId }), recorded)
}

function add(urisOf: Map<string, Set<string>>, of: string, uri: string): void {
  urisOf.set(of, (urisOf.get(of) ?? new Set()).add(uri))
}
