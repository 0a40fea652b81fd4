/**
 * Fires schedules by the clock. Each schedule has a job scheduler in BullMQ that says when, and PostgreSQL decides
 * whether: a moment is taken in the database, so that firing twice does no harm. A job says only that a schedule is due:
 * its worker fires the next one in turns between owners, so that the many schedules of one owner do not delay
 * others. A safety net catches what BullMQ forgets; every worker process runs it on its own timer, because BullMQ's
 * timers follow the wall clock, which may be set back.
 */
import type { Queue } from '../../clients/queue/queue.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Log } from '../../core/operation/context.ts'
import { type Fired, fireDue } from '../../domain/schedules/fire.ts'
import { scheduleUri } from '../../domain/schedules/schedule.ts'
import { type ActiveSchedule, findSchedule, listActive } from '../../domain/schedules/store.ts'
import { isAhead, timingFault } from '../../domain/schedules/timing.ts'
import type { Work } from '../workers.ts'
import { createDueInTurns } from './due-in-turns.ts'

/** The name of the job that fires one schedule. */
export const SCHEDULE_JOB = 'schedule'
/** The job scheduler that ran the net in earlier versions. */
const FORMER_NET = 'schedules-net'

/** Milliseconds between two looks for overdue schedules: limits how late one fires whose timer or worker was lost. */
const OVERDUE_EVERY_MS = 5_000
/**
 * Milliseconds by which a schedule must be late before the net takes it, so that the net does not race the schedule's
 * own timer.
 */
const LATE_MS = 5_000
/** Milliseconds between two looks for schedules that are too far ahead, which read every schedule. */
const AHEAD_EVERY_MS = 60_000
/** Schedules read at a time. */
const BATCH = 500

/** Left due, or taken by another worker. */
const NOT_FIRED: ReadonlySet<Fired> = new Set(['early', 'faulty'])

interface KeeperParts {
  readonly queue: Queue
  readonly runtime: Runtime
  readonly invoke: Invoke
}

export interface ScheduleKeeper {
  /** The work for each job name. */
  readonly work: Readonly<Record<string, Work>>
  /** Gives every schedule its timer, then follows changes and casts the net. */
  start(): Promise<void>
  /** Fires overdue schedules, and sets back those that a fast clock has put too far off. */
  castNet(): Promise<void>
  close(): Promise<void>
}

export function createScheduleKeeper({ queue, runtime, invoke }: KeeperParts): ScheduleKeeper {
  const timers = createTimers({ queue, runtime })
  const ahead = createAheadFinder(runtime)
  const turns = createDueInTurns(runtime)
  /** One after the other, so that the latest change wins. */
  let syncing = Promise.resolve()
  const sync = (id: string) => {
    syncing = syncing.then(() => timers.sync(id))
    return syncing
  }
  const stop = { watching: () => undefined as unknown }

  async function fire(id: string): Promise<Fired> {
    const fired = await fireDue({ runtime, invoke }, id)
    if (fired !== 'early' && fired !== 'faulty') runtime.log.info({ scheduleId: id, fired }, 'schedule')
    return fired
  }

  async function fireTurn(id: string): Promise<void> {
    const fired = await fire(id)
    if (!NOT_FIRED.has(fired)) turns.fired(id)
    if (fired === 'set back') timers.forget(id)
    if (fired === 'gone' || fired === 'set back') await sync(id)
  }

  const notFired = (scheduleId: string, err: unknown) =>
    runtime.log.error({ err, scheduleId }, 'a schedule could not be fired: trying again')

  /** A failing schedule does not keep the others from their turn. */
  async function fireLate(id: string): Promise<void> {
    try {
      timers.forget(id)
      await fire(id)
      await sync(id)
    } catch (err) {
      notFired(id, err)
    }
  }

  async function fireOverdue(): Promise<void> {
    const late = new Date(runtime.now().getTime() - LATE_MS)
    // Each gets one turn of its own in a cast.
    const lateTurns = createDueInTurns(runtime)
    for (;;) {
      const id = await lateTurns.next(late)
      if (id === undefined) return
      await fireLate(id)
    }
  }

  async function setBack(): Promise<void> {
    for (const id of await ahead()) await fireLate(id)
  }

  const nets = [
    inTurns(OVERDUE_EVERY_MS, fireOverdue, runtime.log),
    inTurns(AHEAD_EVERY_MS, setBack, runtime.log),
  ]

  return {
    work: {
      async [SCHEDULE_JOB]({ data: { scheduleId = '' } }) {
        const row = await findSchedule(runtime.resources.db, scheduleId)
        const isGone = row === undefined || row.paused
        const next = isGone ? undefined : await turns.next(runtime.now())
        if (next === undefined || next === scheduleId) return await fireTurn(scheduleId)
        // The net takes it if it fails: this job is tried again for its own schedule alone.
        await fireTurn(next).catch((err: unknown) => notFired(next, err))
      },
    },
    async castNet() {
      await fireOverdue()
      await setBack()
    },
    async start() {
      stop.watching = runtime.watch(({ uris }) => {
        for (const id of uris.flatMap(scheduleOf)) void sync(id)
      })
      for (const net of nets) net.start()
      await queue.removeSchedule(FORMER_NET)
      await timers.setAll()
    },
    async close() {
      stop.watching()
      for (const net of nets) await net.close()
      await syncing
    },
  }
}

/** Repeats some work on a timer of this process, never two of it at a time. */
function inTurns(everyMs: number, work: () => Promise<void>, log: Log) {
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  function turn(): void {
    working ??= work()
      .catch((err: unknown) => log.warn({ err }, 'schedules could not be read'))
      .finally(() => {
        working = undefined
      })
  }
  return {
    start() {
      timer = setInterval(turn, everyMs)
    },
    async close() {
      clearInterval(timer)
      await working
    },
  }
}

/** Every schedule that is not paused. */
async function* active({ resources: { db } }: Runtime): AsyncGenerator<ActiveSchedule> {
  let batch: ActiveSchedule[]
  let after = ''
  do {
    batch = await listActive(db, after, BATCH)
    yield* batch
    after = batch.at(-1)?.id ?? after
  } while (batch.length === BATCH)
}

/**
 * Finds schedules whose next moment is too far ahead. Reading a rule takes a millisecond, so a moment that was found
 * right is not checked again unless the clock has been set back since.
 */
function createAheadFinder(runtime: Runtime) {
  let right = new Map<string, number>()
  let lookedAt = runtime.now()

  return async (): Promise<string[]> => {
    const now = runtime.now()
    const known = now < lookedAt ? new Map<string, number>() : right
    lookedAt = now
    right = new Map()
    const found: string[] = []
    for await (const row of active(runtime)) {
      const next = row.nextAt.getTime()
      const isRight = known.get(row.id) === next || timingFault(row) !== undefined || !isAhead(row, now)
      if (isRight) right.set(row.id, next)
      else found.push(row.id)
    }
    return found
  }
}

const PREFIX = scheduleUri('')

function scheduleOf(uri: string): string[] {
  return uri.startsWith(PREFIX) ? [uri.slice(PREFIX.length)] : []
}

type Timed = Pick<ActiveSchedule, 'id' | 'cron' | 'timeZone'>

/** One BullMQ scheduler for each schedule; a timer that is already set is left alone. Never throws. */
function createTimers({ queue, runtime }: Pick<KeeperParts, 'queue' | 'runtime'>) {
  const { resources, log } = runtime
  const known = new Map<string, string>()

  async function set({ id, cron, timeZone }: Timed): Promise<void> {
    const timing = `${cron} ${timeZone}`
    if (known.get(id) === timing) return
    await queue.upsertSchedule(id, { cron, timeZone }, { name: SCHEDULE_JOB, data: { scheduleId: id } })
    known.set(id, timing)
  }

  async function attempt(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (err) {
      known.delete(id)
      log.warn({ err, scheduleId: id }, 'a schedule has no timer: it fires up to ten seconds late')
    }
  }

  return {
    forget: (id: string) => known.delete(id),
    sync: (id: string) =>
      attempt(id, async () => {
        const row = await findSchedule(resources.db, id)
        if (row !== undefined && !row.paused && timingFault(row) === undefined) return await set(row)
        known.delete(id)
        await queue.removeSchedule(id)
      }),
    async setAll() {
      for await (const timed of active(runtime)) {
        const fault = timingFault(timed)
        if (fault === undefined) await attempt(timed.id, () => set(timed))
        else log.warn({ scheduleId: timed.id, fault }, 'a schedule cannot be read: it does not fire')
      }
    },
  }
}
