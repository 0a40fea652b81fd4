/** Remembers which quiet cards have news, so that these are looked at at once. */
import type { Runtime } from '../../core/call/runtime.ts'

export interface Waker {
  /** The card of a task is looked at when a URI changes. */
  sleep(uri: string, taskId: string): void
  /** The quiet card of this URI has news, if there is one: what waits for Slack goes on waiting. */
  wake(uri: string): void
  /** How many are to be looked at. */
  size(): number
  /** The tasks with news since the last time. */
  woken(runtime: Pick<Runtime, 'watch'>): string[]
}

/** Tasks that are remembered. Those that are forgotten are looked at a little later. */
const REMEMBERED_MAX = 10_000

export function createWaker(): Waker {
  const asleep = new Map<string, string>()
  const awake = new Set<string>()
  let isWatching = false

  function wake(uri: string): void {
    const taskId = asleep.get(uri)
    if (taskId !== undefined) awake.add(taskId)
    asleep.delete(uri)
  }

  return {
    sleep(uri, taskId) {
      if (asleep.size >= REMEMBERED_MAX) asleep.clear()
      asleep.set(uri, taskId)
    },
    wake,
    size: () => awake.size,
    woken({ watch }) {
      if (!isWatching) {
        watch(({ uris }) => {
          for (const uri of uris) wake(uri)
        })
      }
      isWatching = true
      const taskIds = [...awake]
      awake.clear()
      return taskIds
    },
  }
}
