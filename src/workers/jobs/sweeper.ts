/** Puts back on the queue what should move and does not; every worker process has one, and they do not disturb each other. */
import type { Runtime } from '../../core/call/runtime.ts'
import { keyUri } from '../../domain/access/key.ts'
import { expireApprovals } from '../../domain/runs/approvals/end-approvals.ts'
import { endRevoked, findRevoked } from '../../domain/runs/moves/end-revoked.ts'
import { findDue, findLost, queueSwept, takeStale, wakeDue } from '../../domain/runs/moves/sweep.ts'
import type { Writes } from '../../domain/runs/writes.ts'
import { transact } from '../runs/transact.ts'

/** Milliseconds between two sweeps: bounds how long a lost run stays lost. */
const EVERY_MS = 2_000

export interface Sweeper {
  close(): Promise<void>
}

/**
 * Sweeps again and again, and as soon as a key has changed, until it is closed, which waits for the sweep under way.
 */
export function startSweeper(runtime: Runtime): Sweeper {
  let sweeping: Promise<void> | undefined
  let isWanted = false

  async function sweepWhileWanted(): Promise<void> {
    do {
      isWanted = false
      await sweep(runtime)
    } while (isWanted)
  }

  function start(): void {
    sweeping ??= sweepWhileWanted().finally(() => {
      sweeping = undefined
    })
  }

  const timer = setInterval(start, EVERY_MS)
  const unwatch = runtime.watch(({ uris }) => {
    if (!uris.some((uri) => uri.startsWith(keyUri('')))) return
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

/** Sweeps once. A step that fails is logged, and keeps no other from its turn. */
export async function sweep(runtime: Runtime): Promise<void> {
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      await step(runtime)
    } catch (err) {
      runtime.log.warn({ err, step: name }, 'a step of the sweep failed')
    }
  }
}

const STEPS: Readonly<Record<string, (runtime: Runtime) => Promise<void>>> = {
  async lost(runtime) {
    const now = runtime.now()
    const lost = await findLost(runtime.resources.db)
    await enqueueAll(runtime, (writes) => {
      for (const run of lost) {
        queueSwept({ ...writes, now }, { run: { ...run, startAfter: now }, isFirst: false })
      }
    })
  },
  async stale(runtime) {
    const now = runtime.now()
    const stale = await runtime.transaction(({ db }) => takeStale({ db, now }))
    await enqueueAll(runtime, (writes) => {
      for (const each of stale) queueSwept({ ...writes, now }, each)
    })
  },
  async due(runtime) {
    for (const id of await findDue(runtime.resources.db, runtime.now())) {
      await transact(runtime, (writes) => wakeDue(writes, id))
    }
  },
  async revoked(runtime) {
    for (const run of await findRevoked(runtime.resources.db, runtime.now())) {
      await transact(runtime, (writes) => endRevoked(writes, run))
    }
  },
  async approvals(runtime) {
    await transact(runtime, expireApprovals)
  },
}

async function enqueueAll(
  runtime: Runtime,
  gather: (writes: Pick<Writes, 'enqueue'>) => void,
): Promise<void> {
  const jobs: Parameters<Writes['enqueue']>[0][] = []
  gather({ enqueue: (job) => jobs.push(job) })
  if (jobs.length > 0) await runtime.enqueue(jobs)
}
