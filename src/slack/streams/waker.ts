/** Remembers which quiet cards have news, so that these are looked at at once. */
import type { Runtime } from '../../core/call/runtime.ts'

export interface Waker {
  /** The card of a task is looked at when a URI changes. */
  sleep(uri: string, taskId: string): void
  /** The tasks with news since the last time. */
  woken(runtime: Pick<Runtime, 'watch'>): string[]
}

/** Tasks that are remembered. Those that are forgotten are looked at a little later. */
const REMEMBERED_MAX = 10_000

export function createWaker(): Waker {
  const asleep = new Map<string, string>()
  const awake = new Set<string>()
  let isWatching = false
  return {
    sleep(uri, taskId) {
      if (asleep.size >= REMEMBERED_MAX) asleep.clear()
      asleep.set(uri, taskId)
    },
    woken({ watch }) {
      if (!isWatching) {
        watch(({ uris }) => {
          for (const uri of uris) {
            const taskId = asleep.get(uri)
            if (taskId !== undefined) awake.add(taskId)
            asleep.delete(uri)
          }
        })
      }
      isWatching = true
      const taskIds = [...awake]
      awake.clear()
      return taskIds
    },
  }
}
