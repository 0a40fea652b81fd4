/** Restarts work that got stuck; every worker process has a sweeper, and they do not disturb each other. */
import type { Sweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'

/** Milliseconds between two sweeps: limits how long a lost run stays lost. */
const EVERY_MS = 2_000

export interface Sweeper {
  close(): Promise<void>
}

/**
 * Sweeps at intervals, and whenever something changes that a sweep waits for, until it is closed; closing waits for the
 * running sweep.
 */
export function startSweeper(runtime: Runtime, sweeps: readonly Sweep[]): Sweeper {
  let sweeping: Promise<void> | undefined
  let isWanted = false

  async function sweepWhileWanted(): Promise<void> {
    do {
      isWanted = false
      await sweep(runtime, sweeps)
    } while (isWanted)
  }

  function start(): void {
    sweeping ??= sweepWhileWanted().finally(() => {
      sweeping = undefined
    })
  }

  const timer = setInterval(start, EVERY_MS)
  const unwatch = runtime.watch(({ uris }) => {
    if (!uris.some((uri) => sweeps.some(({ wokenBy }) => wokenBy !== undefined && uri.startsWith(wokenBy))))
      return
    isWanted = true
    start()
  })
  return {
    async close() {
      unwatch()
      clearInterval(timer)
      isWanted = false
      await sweeping
    },
  }
}

/** Sweeps once. A failing sweep is logged, and does not keep the others from their turn. */
export async function sweep(runtime: Runtime, sweeps: readonly Sweep[]): Promise<void> {
  for (const { name, run } of sweeps) {
    try {
      await run(runtime)
    } catch (err) {
      runtime.log.warn({ err, sweep: name }, 'a sweep failed')
    }
  }
}
