/** What synchronizing an account needs, from a worker's runtime or from a call whose write is committed. */

import { NEVER_ABORTED } from '../../core/call/attempt.ts'
import type { Lent, Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { Context, ReachResources, SettleContext } from '../../core/operation/context.ts'
import type { Db } from '../db/db.ts'

export interface SyncParts {
  readonly db: Db
  transaction<T>(work: (within: { readonly db: Db }) => Promise<T>): Promise<T>
  readonly publish: Runtime['publish']
  readonly now: () => Date
  readonly newId: Runtime['newId']
  readonly log: Runtime['log']
  /** Lends the accounts of an owner. */
  lend(ownerId: string): Pick<ReachResources, 'account'> & Pick<Lent, 'failed'>
}

/** For workers, which act for the owner of each account of a connector. */
export function partsOfRuntime(runtime: Runtime, connector: string): SyncParts {
  const { resources, transaction, publish, now, newId, log } = runtime
  return {
    ...{ db: resources.db, transaction, publish, now, newId, log },
    lend(ownerId) {
      const lent = runtime.lend(contextFor(runtime, connector, ownerId))
      return { account: lent.resources.account, failed: lent.failed }
    },
  }
}

/** For a call whose write is committed, which acts as its caller. */
export function partsOfCall(ctx: SettleContext): SyncParts {
  const { db, transaction, publish, newId, log, account, failed } = ctx
  return {
    ...{ db, transaction, publish, newId, log },
    now: () => ctx.now,
    lend: () => ({ account, failed }),
  }
}

function contextFor(runtime: Runtime, connector: string, ownerId: string): Omit<Context, 'idempotencyKey'> {
  const cannot = () => {
    throw new AppError('internal', 'A synchronization is no call.')
  }
  return {
    ...runtime.resources,
    actor: { kind: 'service', id: `worker:${connector}`, personId: ownerId, scopes: [] },
    ...{ door: 'worker', requestId: runtime.newId('req'), stepId: undefined, firing: undefined },
    ...{ now: runtime.now(), newId: runtime.newId, log: runtime.log, signal: NEVER_ABORTED },
    ...{ operations: runtime.operations, watch: runtime.watch, report: () => undefined },
    ...{ changed: cannot, touched: cannot, emit: cannot, enqueue: cannot },
  }
}
