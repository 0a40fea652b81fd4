/** A run that a schedule starts: one for its moment, whatever happens at that moment. */

import { pause, waitFor } from '../servers/pause.ts'
import type { Fault } from './check-run.ts'
import type { Person } from './person.ts'
import { goalOf, type Plan } from './plan.ts'
import { countSchedules, findRuns } from './records.ts'
import type { ReadableWorld } from './world.ts'

const MINUTE_MS = 60_000
/** Milliseconds before its moment in which it may still be made, even while a gateway is killed. */
const AHEAD_MS = 15_000
/** Milliseconds before the moment at which the trap is set. */
const SET_BEFORE_MS = 250
/** Milliseconds after the moment in which it has fired: the net that catches a lost timer comes once a minute. */
const FIRED_MS = 75_000

interface Scheduling {
  readonly person: Person
  readonly agent: string
  readonly plan: Plan
  /** Sets the trap for what happens at the moment. */
  setTrap(): void
}

/** Once it has fired, or should have. */
export async function startBySchedule(world: ReadableWorld, scheduling: Scheduling): Promise<Fault[]> {
  const { person, plan, agent, setTrap } = scheduling
  const { db } = world.database
  const due = new Date(Math.ceil((Date.now() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS)
  // Once a day, so that it has no second moment while it is looked at.
  const when = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
  const input = { agent, goal: goalOf(plan), when, timeZone: 'UTC' }
  const made = await person.act('schedule', { name: 'schedules.create', input, key: `${plan.id} schedule` })
  const { id } = (made as { schedule: { id: string } }).schedule
  const count = await countSchedules(db, goalOf(plan))
  await pause(Math.max(due.getTime() - Date.now() - SET_BEFORE_MS, 0))
  setTrap()
  await waitFor(FIRED_MS, async () => (await findRuns(db, plan)).length > 0)
  await world.client.callUntilDone('schedules.delete', { scheduleId: id, confirm: true }, `${plan.id} delete`)
  return count === 1 ? [] : [{ kind: 'doubled', words: `${plan.id} has ${count} schedules` }]
}
