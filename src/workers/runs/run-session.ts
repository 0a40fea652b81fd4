/** What an executor receives for one run, bound to the run's worker. */

import type { Invoke, Within } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { findLostAuthority } from '../../domain/access/keys.ts'
import { actorOf } from '../../domain/runs/hold/acting-run.ts'
import {
  AccessRevoked,
  assertInSpace,
  type Hold,
  holdOf,
  holdToAct,
} from '../../domain/runs/hold/hold-run.ts'
import { createRunKey } from '../../domain/runs/hold/run-keys.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import { isOver, readStanding, type StepRow } from '../../domain/runs/steps/steps.ts'
import { type Collected, commitAtOnce, createWrites, transact } from '../../domain/runs/transact.ts'
import { callPlanned } from './call-planned.ts'
import type { LiveDelta, OperationWork, RunSession } from './executor.ts'
import { parkingOf } from './parking.ts'

interface SessionParts {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly run: RunRow
  readonly signal: AbortSignal
  mustGiveWay(): boolean
  onDelta(run: RunRow, delta: LiveDelta): void
}

export function createSession({
  runtime,
  invoke,
  run,
  signal,
  mustGiveWay,
  onDelta,
}: SessionParts): RunSession {
  const hold = holdOf(run)
  const { log, operations, now } = runtime
  const transaction: RunSession['transaction'] = (work) => transact(runtime, work)
  const callOperation: RunSession['callOperation'] = (operation, input, work) =>
    callAsRun({ runtime, invoke, run, signal }, operation, [input, work])
  const calling = { run, hold, signal, log, operations, transaction, callOperation }
  return {
    ...calling,
    atOnce: (work) => commitAtOnce(runtime, work),
    now,
    mustGiveWay,
    look: createLook(runtime, hold),
    callPlanned: (standing) => callPlanned(calling, standing),
    parking: (standing) => parkingOf(standing, operations),
    createKey: () => transaction((writes) => createRunKey(writes, hold)),
    emit: (delta) => onDelta(run, delta),
  }
}

/**
 * Reads each step until it is over, and remembers it from then on: a long run would otherwise read all of them at each
 * move.
 */
function createLook({ resources }: Runtime, hold: Hold): RunSession['look'] {
  const over: StepRow[] = []
  return async () => {
    const { steps: later, ...standing } = await readStanding(resources, hold, over.at(-1)?.number)
    const steps = [...over, ...later]
    const open = steps.findIndex((step) => !isOver(step))
    over.push(...steps.slice(over.length, open === -1 ? steps.length : open))
    return { ...standing, steps }
  }
}

/** @throws AccessRevoked */
async function assertAuthority({ resources, now }: Runtime, run: RunRow): Promise<void> {
  const lost = await findLostAuthority(resources.db, run.starter, now())
  if (lost !== undefined) throw new AccessRevoked(lost)
  await assertInSpace(resources.db, run)
}

/**
 * A worker that has lost the run begins nothing and ends no step: the run is locked in the transactions of the call.
 */
async function callAsRun(
  { runtime, invoke, run, signal }: Omit<SessionParts, 'onDelta' | 'mustGiveWay'>,
  operation: Operation,
  [input, work]: readonly [input: unknown, work: OperationWork],
) {
  let begun: Collected | undefined
  let done: Collected | undefined
  const within: Within = {
    async before(resources) {
      begun = createWrites(runtime, resources)
      await holdToAct(begun.writes, holdOf(run))
      await work.before?.(begun.writes)
    },
    begun: async () => await begun?.settle(),
    async after(resources, output) {
      done = createWrites(runtime, resources)
      await work.after(done.writes, output)
    },
  }
  // A write checks in its own transaction.
  if (operation.effect === 'read') await assertAuthority(runtime, run)
  const outcome = await invoke(operation, input, {
    actor: actorOf(run),
    door: 'worker',
    idempotencyKey: work.stepId,
    stepId: work.stepId,
    resumes: work.resumes ?? false,
    signal,
    within,
    ...(work.report === undefined ? {} : { report: work.report }),
  })
  await done?.settle()
  return outcome
}
