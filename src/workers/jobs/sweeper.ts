/** Restarts work that got stuck; every worker process has a sweeper, and they do not disturb each other. */
import type { Sweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'

/** Milliseconds between two sweeps: limits how long a lost run stays lost. */
const EVERY_MS = 2_000

export interface Sweeper {
  /** Sweeps no more, and waits for the sweeps under way. */
  close(): Promise<void>
}

/** Repeats every sweep until it is closed. Each has a rhythm of its own: one that hangs holds back no other. */
export function startSweeper(runtime: Runtime, sweeps: readonly Sweep[]): Sweeper {
  const started = sweeps.map((each) => repeat(runtime, each))
  return {
    async close() {
      await Promise.all(started.map((each) => each.close()))
    },
  }
}

/** Runs one sweep every few seconds, and at once after a change that wakes it. */
function repeat(runtime: Runtime, each: Sweep): Sweeper {
  const prefixes = [each.wokenBy ?? []].flat()
  let sweeping: Promise<void> | undefined
  let isWanted = false

  async function sweepWhileWanted(): Promise<void> {
    do {
      isWanted = false
      await sweep(runtime, [each])
    } while (isWanted)
  }

  function start(): void {
    sweeping ??= sweepWhileWanted().finally(() => {
      sweeping = undefined
    })
  }

  each.takeStart?.(start)
  const timer = setInterval(start, EVERY_MS)
  const unwatch = runtime.watch(({ uris }) => {
    if (!uris.some((uri) => prefixes.some((prefix) => uri.startsWith(prefix)))) return
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
