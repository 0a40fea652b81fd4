/** Schedules of operations: each due time is called once, also one that was missed while nobody was there. */
import type { Fault } from '../harness/check-run.ts'
import { pause } from '../servers/pause.ts'
import { checkOnce, type FlowOptions, type FlowWorld, type OpenFlow, timesOf } from './flow.ts'

const MINUTE_MS = 60_000
/** Milliseconds before its moment at which a schedule is made. */
const AHEAD_MS = 2_000
/** Milliseconds before the moment at which the fault may happen. */
const SET_BEFORE_MS = 250

interface Schedule {
  readonly id: string
  readonly nextAt: string
  readonly lastDueAt: string | null
  readonly lastProblem: string | null
}

/** Calls within the database, or one that reaches outside. */
function callFor({ injection: { spot } }: FlowOptions, label: string) {
  return spot.startsWith('effect.')
    ? { operation: 'effects.count', input: { label } }
    : { operation: 'tasks.create', input: { tasks: [{ title: label }] } }
}

async function makeSchedule({ client }: FlowWorld, id: string, input: object): Promise<Schedule> {
  const made = await client.callUntilDone('schedules.create', { ...input, timeZone: 'UTC' }, `${id} schedule`)
  return (made as { schedule: Schedule }).schedule
}

function created({ client }: FlowWorld, { id }: Schedule) {
  return {
    async read(): Promise<Schedule> {
      const got = await client.callUntilDone('schedules.get', { scheduleId: id }, '')
      return (got as { schedule: Schedule }).schedule
    },
    async end(): Promise<void> {
      await client.callUntilDone('schedules.delete', { scheduleId: id, confirm: true }, `${id} end`)
    },
  }
}

/** A moment that comes while workers are there. */
export const openClockFlow: OpenFlow = async (world, options) => {
  const { clock } = world
  const { id } = options
  const label = `${id}-due`
  const due = new Date(Math.ceil((clock.now().getTime() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS)
  await clock.setForwardTo(new Date(due.getTime() - AHEAD_MS))
  // Once a day, so that it has no second moment while it is looked at.
  const when = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
  const schedule = await makeSchedule(world, id, { ...callFor(options, label), when })
  const { read, end } = created(world, schedule)
  await pause(Math.max(due.getTime() - clock.now().getTime() - SET_BEFORE_MS, 0))
  return {
    passings: 1,
    act: async () => undefined,
    isOver: async () => new Date((await read()).nextAt) > due,
    async check() {
      const { lastProblem } = await read()
      return [...checkOnce(label, await timesOf(world, label)), ...checkProblem(id, lastProblem)]
    },
    end,
  }
}

/** Minutes between two moments, and after the last one: more than the ten after which a moment counts as missed. */
const EVERY_MINUTES = 20
const AFTER_LAST_MINUTES = 15
const MISSED = 5
const CALLS = { skip: 0, latest: 1, all: MISSED } as const

/** Moments that nobody was there to call, because the clock was set past them. */
export const openMissedFlow: OpenFlow = async (world, options) => {
  const { clock } = world
  const { id, random, injection } = options
  // Only a schedule that skips moves on without a call.
  const catchUp = injection.spot.startsWith('move.') ? 'skip' : random.below(2) === 0 ? 'latest' : 'all'
  const label = `${id}-missed-${catchUp}`
  const when = `*/${EVERY_MINUTES} * * * *`
  const schedule = await makeSchedule(world, id, { ...callFor(options, label), when, catchUp })
  const { read, end } = created(world, schedule)
  const first = new Date(schedule.nextAt)
  const last = new Date(first.getTime() + (MISSED - 1) * EVERY_MINUTES * MINUTE_MS)
  return {
    passings: CALLS[catchUp] || 1,
    act: () => clock.setForwardTo(new Date(last.getTime() + AFTER_LAST_MINUTES * MINUTE_MS)),
    isOver: async () => new Date((await read()).nextAt) > last,
    async check() {
      const { lastProblem } = await read()
      const problem = catchUp === 'skip' ? [] : checkProblem(id, lastProblem)
      return [...checkOnce(label, await timesOf(world, label), CALLS[catchUp]), ...problem]
    },
    end,
  }
}

function checkProblem(id: string, problem: string | null): Fault[] {
  return problem === null ? [] : [{ kind: 'state', words: `${id}: ${problem}` }]
}
