/** Counts running calls, so that a stop can wait for them. */
import type { Invoke } from '../../core/call/call.ts'

/** Milliseconds between two checks whether calls still run. */
const IDLE_POLL_MS = 10

export function countCalls(invoke: Invoke): { invoke: Invoke; idle(maxMs: number): Promise<void> } {
  let running = 0
  return {
    async invoke(operation, input, call) {
      running += 1
      try {
        return await invoke(operation, input, call)
      } finally {
        running -= 1
      }
    },
    async idle(maxMs) {
      const until = performance.now() + maxMs
      while (running > 0 && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, IDLE_POLL_MS))
      }
    },
  }
}
