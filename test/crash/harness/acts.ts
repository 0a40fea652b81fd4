/** What a person does to a run while a fault is done, and what must have come of it. */
import type { Db } from '../../../src/domain/db/db.ts'
import type { Act } from '../servers/fault-kinds.ts'
import { waitFor } from '../servers/pause.ts'
import type { Fault } from './check-run.ts'
import type { Person } from './person.ts'
import type { Plan } from './plan.ts'
import { findRuns, hasEnded, readLastStep, readMessages, readSteps } from './records.ts'

export interface Scene {
  readonly db: Db
  readonly person: Person
  readonly runId: string
  readonly plan: Plan
}

/** Answers with what is to be looked at once the run has ended. */
export type Script = (scene: Scene) => Promise<() => Promise<Fault[]>>

/** Milliseconds in which a run must have stopped: a frozen worker's lease runs out first, and its locks. */
const STOPPED_MS = 30_000
/** Milliseconds for which a paused run is watched. */
const WATCHED_MS = 500

const nothing = async () => []

/** Acts that are done where the run comes to a halt by itself have no script. */
export const SCRIPTS: Readonly<Partial<Record<Act, Script>>> = {
  pause: pauseAndResume,
  resume: pauseAndResume,
  async steer({ db, person, runId, plan }) {
    const message = `A word to ${plan.id}`
    const told = await person.act('steer', call('runs.steer', plan, { runId, message }))
    return told === undefined ? nothing : () => checkMessage(db, runId, message)
  },
  async cancel({ db, person, runId, plan }) {
    await person.act('cancel', call('runs.cancel', plan, { runId }))
    const faults: Fault[] = []
    await waitFor(STOPPED_MS, async () => {
      const [root, ...below] = await findRuns(db, plan)
      if (root === undefined || !hasEnded(root)) return false
      for (const { id, state } of below.filter((run) => !hasEnded(run))) {
        faults.push({ kind: 'state', words: `${root.id} is ${root.state}, and ${id} below it is ${state}` })
      }
      return true
    })
    return async () => faults
  },
}

function call(name: string, plan: Plan, input: Readonly<Record<string, unknown>>) {
  return { name, input, key: `${plan.id} ${name}` }
}

async function pauseAndResume({ db, person, runId, plan }: Scene): Promise<() => Promise<Fault[]>> {
  if ((await person.act('pause', call('runs.pause', plan, { runId }))) === undefined) return nothing
  const faults: Fault[] = []
  let isPaused = false
  const isStill = await waitFor(STOPPED_MS, async () => {
    const run = (await findRuns(db, plan)).find(({ id }) => id === runId)
    isPaused = run?.reason === 'paused'
    return isPaused || run === undefined || hasEnded(run)
  })
  if (!isStill) faults.push({ kind: 'state', words: `${runId} was not paused` })
  if (isPaused) {
    const before = await readLastStep(db, runId)
    const wentOn = await waitFor(WATCHED_MS, async () => (await readLastStep(db, runId)) !== before)
    if (wentOn) faults.push({ kind: 'state', words: `${runId} went on while it was paused` })
  }
  await person.act('resume', call('runs.resume', plan, { runId }))
  return async () => faults
}

/** It stands in the log once, and the model has been asked since. */
async function checkMessage(db: Db, runId: string, message: string): Promise<Fault[]> {
  const count = (await readMessages(db, runId)).filter((text) => text === message).length
  if (count > 1) return [{ kind: 'doubled', words: `${runId} was told "${message}" ${count} times` }]
  const steps = await readSteps(db, runId)
  const told = steps.find(({ kind }) => kind === 'message')
  if (count === 0 || told === undefined)
    return [{ kind: 'lost', words: `${runId} was not told "${message}"` }]
  const isRead = steps.some(({ kind, state, number }) => {
    return kind === 'model' && state === 'done' && number > told.number
  })
  return isRead ? [] : [{ kind: 'lost', words: `${runId} did not read "${message}"` }]
}
