/** The sweeps of runs: runs whose job, worker or timer was lost, and runs that something outside has ended. */

import { defineSweep } from '../../core/area/sweep.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { keyUri } from '../../domain/access/key.ts'
import { expireApprovals } from '../../domain/runs/approvals/end-approvals.ts'
import { endRevoked, findRevoked } from '../../domain/runs/moves/end-revoked.ts'
import { findDue, findLost, queueSwept, takeStale, wakeDue } from '../../domain/runs/moves/sweep.ts'
import { transact } from '../../domain/runs/transact.ts'
import type { Writes } from '../../domain/runs/writes.ts'

export const runSweeps = [
  defineSweep({
    name: 'lost',
    async run(runtime) {
      const now = runtime.now()
      const lost = await findLost(runtime.resources.db)
      await enqueueAll(runtime, (writes) => {
        for (const run of lost) {
          queueSwept({ ...writes, now }, { run: { ...run, startAfter: now }, isFirst: false })
        }
      })
    },
  }),
  defineSweep({
    name: 'stale',
    async run(runtime) {
      const now = runtime.now()
      const stale = await runtime.transaction(({ db }) => takeStale({ db, now }))
      await enqueueAll(runtime, (writes) => {
        for (const each of stale) queueSwept({ ...writes, now }, each)
      })
    },
  }),
  defineSweep({
    name: 'due',
    async run(runtime) {
      for (const id of await findDue(runtime.resources.db, runtime.now())) {
        await transact(runtime, (writes) => wakeDue(writes, id))
      }
    },
  }),
  defineSweep({
    name: 'revoked',
    wokenBy: keyUri(''),
    async run(runtime) {
      for (const run of await findRevoked(runtime.resources.db, runtime.now())) {
        await transact(runtime, (writes) => endRevoked(writes, run))
      }
    },
  }),
  defineSweep({
    name: 'approvals',
    async run(runtime) {
      await transact(runtime, expireApprovals)
    },
  }),
]

async function enqueueAll(
  runtime: Runtime,
  gather: (writes: Pick<Writes, 'enqueue'>) => void,
): Promise<void> {
  const jobs: Parameters<Writes['enqueue']>[0][] = []
  gather({ enqueue: (job) => jobs.push(job) })
  if (jobs.length > 0) await runtime.enqueue(jobs)
}
