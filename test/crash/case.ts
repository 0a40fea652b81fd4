/** One case: runs are started, one fault is done at its spot, and all that must hold afterwards is looked at. */
import {
  allEnded,
  checkRuns,
  checkStream,
  drawRuns,
  findAll,
  type ReadableWorld,
  settle,
  startRun,
} from './case-runs.ts'
import type { Fault } from './check-run.ts'
import type { Injection } from './fault-kinds.ts'
import { createHarm } from './harm.ts'
import { waitFor } from './pause.ts'
import type { Random } from './random.ts'

export interface CaseOptions {
  readonly id: string
  readonly injection: Injection
  readonly random: Random
}

export interface CaseResult {
  readonly isSprung: boolean
  /** With those of children. */
  readonly runs: number
  readonly faults: readonly Fault[]
  readonly troubles: readonly string[]
  readonly tookMs: number
}

/** Milliseconds in which every run must have ended, whatever happens to it. */
const BOUND_MS = 60_000
/** Milliseconds in which a stream must have come to the end of a run that has ended. */
const STREAM_MS = 10_000
/** The nth passing of a spot by which a fault is done: few enough that every plan has as many. */
const PASSINGS = 4
const GATEWAY_PASSINGS = 2

export async function runCase(
  world: ReadableWorld,
  { id, injection, random }: CaseOptions,
): Promise<CaseResult> {
  const startedAt = performance.now()
  const { trap, client, database } = world
  const { db } = database
  const runs = drawRuns(random, id, injection.target === 'gateway')
  const isOver = async () => {
    const found = await findAll(db, runs)
    return found.length >= runs.length && allEnded(found)
  }
  const harm = createHarm(injection, { world, isOver })
  const nth = 1 + random.below(injection.passer === 'gateway' ? GATEWAY_PASSINGS : PASSINGS)
  trap.arm({ spot: injection.spot, process: injection.passer, nth }, harm.spring)
  const following = new AbortController()
  const started = await Promise.all(
    runs.map(async (run) => {
      const { runId, cancelled } = await startRun(world, run)
      return { runId, cancelled, positions: client.follow(runId, following.signal) }
    }),
  )
  await waitFor(BOUND_MS, async () => {
    const found = await findAll(db, runs)
    await settle(world, found)
    return allEnded(found)
  })
  trap.disarm()
  await harm.mended()
  for (const { cancelled } of started) await cancelled
  const late = setTimeout(() => following.abort(), STREAM_MS)
  const faults = await checkRuns(world, runs)
  for (const { runId, positions } of started) faults.push(...(await checkStream(db, runId, await positions)))
  clearTimeout(late)
  return {
    isSprung: trap.isSprung,
    runs: (await findAll(db, runs)).length,
    faults,
    troubles: harm.troubles,
    tookMs: Math.round(performance.now() - startedAt),
  }
}
