/** One case: runs are started, one fault is done at its spot, and all that must hold afterwards is looked at. */

import type { Act, Injection } from '../servers/fault-kinds.ts'
import { waitFor } from '../servers/pause.ts'
import { SCRIPTS } from './acts.ts'
import {
  allEnded,
  type CaseRun,
  CRASH_AGENT,
  checkRuns,
  checkStream,
  drawRuns,
  findAll,
  settle,
  startRun,
} from './case-runs.ts'
import type { Fault } from './check-run.ts'
import { createHarm } from './harm.ts'
import { createPerson, type Person } from './person.ts'
import type { Random } from './random.ts'
import { findLongestGap, findRuns, type Gap, readLastEvent } from './records.ts'
import { startBySchedule } from './scheduled-run.ts'
import type { ReadableWorld } from './world.ts'

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
  readonly gap: Gap | undefined
  readonly tookMs: number
}

/** Milliseconds in which every run must have ended, whatever happens to it. */
const BOUND_MS = 60_000
/** Milliseconds in which a stream must have come to the end of a run that has ended. */
const STREAM_MS = 10_000
/** The nth passing of a spot by which a fault is done: few enough that every plan has as many. */
const PASSINGS = 4
const GATEWAY_PASSINGS = 2
/** Events after which a person does something to a run. */
const ACT_MIN_EVENTS = 2
const ACT_SPREAD_EVENTS = 6
/** Milliseconds after which it is done in any case. */
const ACT_WITHIN_MS = 10_000

export async function runCase(
  world: ReadableWorld,
  { id, injection, random }: CaseOptions,
): Promise<CaseResult> {
  const startedAt = performance.now()
  const { trap, client, database } = world
  const { db } = database
  const runs = drawRuns(random, id, injection)
  const isOver = async () => {
    const found = await findAll(db, runs)
    return found.length >= runs.length && allEnded(found)
  }
  const { passer } = injection
  const harm = createHarm(injection, { world, isOver })
  const setter = createSetter(injection, random, (nth) => {
    trap.arm({ spot: injection.spot, process: injection.passer, nth }, harm.spring)
  })
  const person = createPerson(client, setter.onAct)
  const afterEvents = ACT_MIN_EVENTS + random.below(ACT_SPREAD_EVENTS)
  const following = new AbortController()
  const faults: Fault[] = []
  setter.onStart()
  const started = await Promise.all(
    runs.map(async (run) => {
      const { runId, cancelled } = await start({ world, person, setter, passer, faults }, run)
      const positions = runId === undefined ? undefined : client.follow(runId, following.signal)
      const acted = act({ world, person, afterEvents, isHurt: passer === 'worker' }, run, runId)
      return { runId, cancelled, positions, acted }
    }),
  )
  await waitFor(BOUND_MS, async () => {
    const found = await findAll(db, runs)
    await settle(world, person, found)
    return allEnded(found)
  })
  trap.disarm()
  await harm.mended()
  for (const { cancelled, acted } of started) {
    await cancelled
    faults.push(...(await (await acted)()))
  }
  const late = setTimeout(() => following.abort(), STREAM_MS)
  faults.push(...person.faults, ...(await checkRuns(world, runs)))
  for (const { runId, positions } of started) {
    if (runId !== undefined) faults.push(...(await checkStream(db, runId, (await positions) ?? [])))
  }
  clearTimeout(late)
  const found = await findAll(db, runs)
  return {
    isSprung: trap.isSprung,
    runs: found.length,
    gap: await findLongestGap(
      db,
      found.map((run) => run.id),
    ),
    faults,
    troubles: harm.troubles,
    tookMs: Math.round(performance.now() - startedAt),
  }
}

interface Setter {
  onStart(): void
  onAct(act: Act): void
  onDue(): void
}

/** Sets the trap once, at the moment that the injection is for. */
function createSetter({ act, passer }: Injection, random: Random, arm: (nth: number) => void): Setter {
  const nth = 1 + random.below(passer === 'gateway' ? GATEWAY_PASSINGS : PASSINGS)
  let isSet = false
  function set(count: number): void {
    if (!isSet) arm(count)
    isSet = true
  }
  const isDue = act === 'schedule' && passer === 'worker'
  return {
    onStart: () => (act === undefined || (passer === 'worker' && !isDue) ? set(nth) : undefined),
    // A call commits once.
    onAct: (done) => (act === done && passer === 'gateway' ? set(1) : undefined),
    onDue: () => (isDue ? set(nth) : undefined),
  }
}

interface Starting {
  readonly world: ReadableWorld
  readonly person: Person
  readonly setter: Setter
  readonly passer: Injection['passer']
  readonly faults: Fault[]
}

async function start({ world, person, setter, passer, faults }: Starting, run: CaseRun) {
  if (run.act !== 'schedule') return await startRun(world, run)
  const { plan } = run
  const scheduling = { person, agent: CRASH_AGENT, plan, passer, setTrap: setter.onDue }
  faults.push(...(await startBySchedule(world, scheduling)))
  const [started] = await findRuns(world.database.db, plan)
  return { runId: started?.id, cancelled: Promise.resolve() }
}

interface Acting {
  readonly world: ReadableWorld
  readonly person: Person
  readonly afterEvents: number
  /** It is done to the run of a worker that was hurt. */
  readonly isHurt: boolean
}

/** Once a worker was hurt, or the run has come so far. */
async function act(
  { world: { database, trap }, person, afterEvents, isHurt }: Acting,
  { act: name, plan }: CaseRun,
  runId: string | undefined,
): Promise<() => Promise<Fault[]>> {
  const script = name === undefined ? undefined : SCRIPTS[name]
  if (script === undefined || runId === undefined) return async () => []
  const { db } = database
  await waitFor(ACT_WITHIN_MS, async () =>
    isHurt ? trap.isSprung : (await readLastEvent(db, runId)) >= afterEvents,
  )
  try {
    return await script({ db, person, runId, plan })
  } catch (error) {
    return async () => [{ kind: 'state', words: `${name}: ${String(error)}` }]
  }
}
