/**
 * What workers do for runs besides carrying them out: sweeps for runs whose job, worker or timer was lost and for those
 * that something outside has ended, and the deletion of keys that their processes need no more.
 */

import { defineExpiry } from '../../core/area/expiry.ts'
import { defineSweep } from '../../core/area/sweep.ts'
import { keyUri } from '../../domain/access/key.ts'
import { expireApprovals } from '../../domain/runs/approvals/end-approvals.ts'
import { freeBlocked, markBlocked } from '../../domain/runs/hold/blocked-runs.ts'
import { deleteEndedRunKeys } from '../../domain/runs/hold/run-keys.ts'
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

export const runExpiries = [defineExpiry({ name: 'runKeys', deletePast: ({ db }) => deleteEndedRunKeys(db) })]
