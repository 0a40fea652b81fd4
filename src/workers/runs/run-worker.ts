/** Works on runs: takes the run whose turn it is, lets its executor carry it on, and lets go of it in any case. */

import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Log } from '../../core/operation/context.ts'
import { findKey } from '../../domain/access/keys.ts'
import { AccessRevoked, type Hold, holdOf, RunLost, RunStopping } from '../../domain/runs/hold/hold-run.ts'
import { countLoss } from '../../domain/runs/hold/keep-run.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import { settleLost } from '../../domain/runs/steps/model-steps.ts'
import { transact } from '../../domain/runs/transact.ts'
import type { Writes } from '../../domain/runs/writes.ts'
import type { Work } from '../workers.ts'
import type { Claims } from './claims.ts'
import { type Executor, type LiveDelta, type RunEnd, WorkerStopping } from './executor.ts'
import type { Lease, Leases } from './leases.ts'
import { confirmStop, leaveRun, leaveWithin } from './let-go.ts'
import { mayBegin } from './may-begin.ts'
import { createSession } from './run-session.ts'
import { startTimeLimit, type TimeLimit, TimeUp } from './time-limit.ts'

/** How many claims in a row may end without a finished step before a run counts as one that breaks its workers. */
export const MAX_LOSSES = 5
/** Milliseconds before a broken run is tried again, doubled each time. */
const LOSS_BACKOFF_MS = 1_000

export interface RunWorkerParts {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly executors: readonly Executor[]
  readonly leases: Leases
  readonly claims: Claims
  onDelta?(run: RunRow, delta: LiveDelta): void
}

export interface RunWorker {
  /** The work for a job that says that a slot may be filled. */
  readonly work: Work
  /** Lets go of every run at once, so that others continue them; the jobs end soon after. */
  stop(): void
}

export function createRunWorker(parts: RunWorkerParts): RunWorker {
  const { leases, claims } = parts
  // Its own changes are not notices from elsewhere.
  const runtime: Runtime = {
    ...parts.runtime,
    publish: (change) => leases.unheard(() => parts.runtime.publish(change)),
  }
  let isStopping = false
  return {
    async work() {
      if (isStopping) throw new AppError('unavailable', 'This worker is about to end.')
      const claimed = await claims.next()
      if (claimed === undefined) return
      const lease = leases.take(holdOf(claimed))
      if (isStopping) leases.abortAll(new WorkerStopping())
      const limit = startTimeLimit(claimed, lease.signal)
      try {
        await workOn({ ...parts, runtime }, claimed, { ...limit, mustGiveWay: lease.mustGiveWay })
      } finally {
        limit.clear()
        lease.release()
      }
    },
    stop() {
      isStopping = true
      leases.abortAll(new WorkerStopping())
    },
  }
}

/** What bounds the work of a worker on a run. */
type Bounds = TimeLimit & Pick<Lease, 'mustGiveWay'>

async function workOn(parts: RunWorkerParts, run: RunRow, limit: Bounds): Promise<void> {
  const { runtime } = parts
  const { signal } = limit
  const log = (level: keyof Log, fields: object, message: string) =>
    runtime.log[level]({ runId: run.id, fence: run.fence, ...fields }, message)
  try {
    await carryOn(parts, run, limit)
  } catch (thrown) {
    const why: unknown = signal.aborted ? signal.reason : thrown
    if (why instanceof RunLost) return log('info', {}, 'the run is worked on elsewhere, or has ended')
    try {
      await handBack(runtime, run, why)
    } catch (err) {
      // Its lease expires, and the sweeper finds it.
      if (!(err instanceof RunLost)) log('error', { err, why }, 'a run could not be handed back')
    }
  }
}

async function carryOn(
  { runtime, invoke, executors, onDelta = () => undefined }: RunWorkerParts,
  run: RunRow,
  limit: Bounds,
): Promise<void> {
  const { signal, mustGiveWay } = limit
  const session = createSession({ runtime, invoke, run, signal, mustGiveWay, onDelta })
  if (run.fence > 1) await session.transaction((writes) => settleLost(writes, session.hold))
  if (run.cancelAskedAt !== null || run.pauseAskedAt !== null) throw new RunStopping(run.id)
  const executor = executors.find(({ name }) => name === run.agent.executor)
  const key = await findKeyOf(runtime, run)
  if (key?.expiresAt) limit.endAfter(key.expiresAt.getTime() - runtime.now().getTime(), expired(run))
  let end = await mayBegin(runtime, run, { executor, key })
  if (end === undefined && run.losses > MAX_LOSSES) end = brokenEnd('worker_lost')
  while (true) {
    end ??= await executor?.execute(session)
    if (end === undefined) throw new Error(`${run.id} has no executor`)
    const left = await leaveRun(runtime, session.hold, end)
    if (left !== 'more') return
    signal.throwIfAborted()
    end = undefined
  }
}

async function findKeyOf({ resources }: Runtime, { starter: { keyId } }: RunRow) {
  return keyId === undefined ? undefined : await findKey(resources.db, keyId)
}

function expired({ starter: { keyId } }: RunRow): AccessRevoked {
  return new AccessRevoked(`The key ${keyId} has expired.`)
}

/** The reason why an executor threw decides who continues, and when. */
async function handBack(runtime: Runtime, run: RunRow, why: unknown): Promise<void> {
  const hold = holdOf(run)
  await transact(runtime, async (writes) => {
    if (why instanceof RunStopping) return await confirmStop(writes, hold)
    await leaveWithin(writes, hold, endOf(why) ?? (await endOfBreak(writes, hold, toAppError(why))))
  })
  if (!(why instanceof RunStopping || endOf(why))) {
    runtime.log.error({ runId: run.id, err: why }, 'the work on a run was interrupted')
  }
}

/** How to leave a run that was interrupted on purpose; undefined: it was not. */
function endOf(why: unknown): RunEnd | undefined {
  if (why instanceof WorkerStopping) return QUEUED_AGAIN
  if (why instanceof TimeUp) return failedEnd('time_exceeded', why)
  if (why instanceof AccessRevoked) return failedEnd('access_revoked', why)
  return undefined
}

function failedEnd(reason: RunReason, { message }: Error): RunEnd {
  return { kind: 'ended', state: 'failed', reason, detail: message, seenStep: 0 }
}

const QUEUED_AGAIN = { kind: 'parked', state: 'queued', reason: 'worker_stopped', seenStep: 0 } as const

async function endOfBreak(writes: Writes, hold: Hold, { message }: AppError): Promise<RunEnd> {
  const losses = await countLoss(writes, hold)
  if (losses > MAX_LOSSES) return { ...brokenEnd('internal'), detail: message }
  const resumeAt = new Date(writes.now.getTime() + LOSS_BACKOFF_MS * 2 ** (losses - 1))
  return { kind: 'parked', state: 'queued', reason: 'worker_lost', resumeAt, seenStep: 0 }
}

function brokenEnd(reason: 'worker_lost' | 'internal') {
  return {
    kind: 'ended',
    state: 'failed',
    reason,
    detail: `Its work was interrupted ${MAX_LOSSES} times in a row without getting any further.`,
    seenStep: 0,
  } as const satisfies RunEnd
}
