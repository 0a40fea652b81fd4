/** A run that a schedule starts: one for its moment, whatever happens at that moment. */

import type { Injection } from '../servers/fault-kinds.ts'
import { pause, waitFor } from '../servers/pause.ts'
import type { Fault } from './check-run.ts'
import type { Person } from './person.ts'
import { goalOf, type Plan } from './plan.ts'
import { countSchedules, findRuns } from './records.ts'
import type { ReadableWorld } from './world.ts'

const MINUTE_MS = 60_000
/** Milliseconds before its moment at which it is made: where a gateway is killed meanwhile, that takes a while. */
const AHEAD_MS = { gateway: 15_000, worker: 2_000 } as const
/** Milliseconds before the moment at which the trap is set. */
const SET_BEFORE_MS = 250
/** Milliseconds after the moment in which it has fired: the net that catches a lost timer comes every few seconds. */
const FIRED_MS = 45_000

interface Scheduling {
  readonly person: Person
  readonly agent: string
  readonly plan: Plan
  /** Who is hurt. */
  readonly passer: Injection['passer']
  /** Sets the trap for what happens at the moment. */
  setTrap(): void
}

/** Once it has fired, or should have. */
export async function startBySchedule(world: ReadableWorld, scheduling: Scheduling): Promise<Fault[]> {
  const { person, plan, agent, passer, setTrap } = scheduling
  const { clock, database } = world
  const { db } = database
  const aheadMs = AHEAD_MS[passer]
  const due = new Date(Math.ceil((clock.now().getTime() + aheadMs) / MINUTE_MS) * MINUTE_MS)
  await clock.setForwardTo(new Date(due.getTime() - aheadMs))
  // Once a day, so that it has no second moment while it is looked at.
  const when = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
  const input = { agent, goal: goalOf(plan), when, timeZone: 'UTC' }
  const made = await person.act('schedule', { name: 'schedules.create', input, key: `${plan.id} schedule` })
  const { id } = (made as { schedule: { id: string } }).schedule
  const count = await countSchedules(db, goalOf(plan))
  await pause(Math.max(due.getTime() - clock.now().getTime() - SET_BEFORE_MS, 0))
  setTrap()
  await waitFor(FIRED_MS, async () => (await findRuns(db, plan)).length > 0)
  await world.client.callUntilDone('schedules.delete', { scheduleId: id, confirm: true }, `${plan.id} delete`)
  return count === 1 ? [] : [{ kind: 'doubled', words: `${plan.id} has ${count} schedules` }]
}
