/** One case of a flow: the fault is done at its spot while the flow is under way, then all that was done is counted. */
import type { CaseResult } from '../harness/case.ts'
import { createHarm } from '../harness/harm.ts'
import type { FlowName } from '../servers/fault-kinds.ts'
import { pause, waitFor } from '../servers/pause.ts'
import { openClockFlow, openMissedFlow } from './clock.ts'
import type { FlowOptions, FlowWorld, OpenFlow } from './flow.ts'
import { openInboxFlow } from './inbox.ts'
import { openMoveFlow } from './move.ts'
import { openOutboxFlow } from './outbox.ts'
import { openSlackFlow } from './slack.ts'

const OPENERS: Readonly<Record<FlowName, OpenFlow>> = {
  inbox: openInboxFlow,
  outbox: openOutboxFlow,
  clock: openClockFlow,
  missed: openMissedFlow,
  slack: openSlackFlow,
  move: openMoveFlow,
}

/** Milliseconds in which a flow must be over, whatever happens to it. */
const BOUND_MS = 90_000
/** Milliseconds after a fault, and from then on, at which waits are ended. */
const WAITS_END_EVERY_MS = 2_000
/** Milliseconds for which a flow is watched that is over: a second effect would come from a worker that woke up. */
const WATCHED_MS = 150

export async function runFlow(world: FlowWorld, options: FlowOptions): Promise<CaseResult> {
  const startedAt = performance.now()
  const { trap } = world
  const { injection, random } = options
  const flow = await OPENERS[options.flow](world, options)
  const harm = createHarm(injection, { world, isOver: () => flow.isOver() })
  const nth = 1 + random.below(flow.passings)
  trap.arm({ spot: injection.spot, process: injection.passer, nth }, harm.spring)
  await flow.act()
  let endedAt = performance.now()
  const isOver = await waitFor(BOUND_MS, async () => {
    if (trap.isSprung && performance.now() - endedAt > WAITS_END_EVERY_MS) {
      await world.endWaits?.()
      endedAt = performance.now()
    }
    return await flow.isOver()
  })
  trap.disarm()
  await harm.mended()
  await pause(WATCHED_MS)
  const faults = await flow.check()
  await flow.end()
  return {
    isSprung: trap.isSprung,
    runs: 0,
    gap: undefined,
    faults,
    troubles: isOver ? harm.troubles : [...harm.troubles, `it was not over within ${BOUND_MS / 1000} s`],
    tookMs: Math.round(performance.now() - startedAt),
  }
}
