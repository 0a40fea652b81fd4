/** The sweeps of runs: runs whose job, worker or timer was lost, and runs that something outside has ended. */

import { defineSweep } from '../../core/area/sweep.ts'
import { keyUri } from '../../domain/access/key.ts'
import { expireApprovals } from '../../domain/runs/approvals/end-approvals.ts'
import { freeBlocked, markBlocked } from '../../domain/runs/hold/blocked-runs.ts'
import { endRevoked, findRevoked } from '../../domain/runs/moves/end-revoked.ts'
import { findDue, queueLost, queueStale, wakeDue } from '../../domain/runs/moves/sweep.ts'
import { commitAtOnce, transact } from '../../domain/runs/transact.ts'

export const runSweeps = [
  defineSweep({
    name: 'lost',
    run: (runtime) => commitAtOnce(runtime, queueLost),
  }),
  defineSweep({
    name: 'blocked',
    async run(runtime) {
      await commitAtOnce(runtime, markBlocked)
      await commitAtOnce(runtime, freeBlocked)
    },
  }),
  defineSweep({
    name: 'stale',
    run: (runtime) => commitAtOnce(runtime, queueStale),
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
