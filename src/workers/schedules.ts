/**
 * Fires schedules by the clock. BullMQ's job schedulers say when, and PostgreSQL whether: each schedule has one there,
 * and what they forget or fire twice does no harm, since a moment is taken in the database, and a net catches the rest.
 */
import type { Queue } from '../clients/queue.ts'
import type { Runtime } from '../core/invoke.ts'
import { type Fired, fireDue } from '../domain/schedules/fire.ts'
import { scheduleUri, timingFault } from '../domain/schedules/schedule.ts'
import { findSchedule, listActive, listOverdue, type Overdue } from '../domain/schedules/store.ts'
import type { Work } from './workers.ts'

/** The name of the job that fires one schedule. */
export const SCHEDULE_JOB = 'schedule'
/** The name of the job that fires what is overdue, and the id of what runs it. */
export const SCHEDULES_NET = 'schedules-net'

/** Milliseconds between two nets: bounds how late a schedule fires whose timer was lost. */
const NET_EVERY_MS = 60_000
/** Milliseconds by which a schedule must be late for the net to take it, so that it does not race its own timer. */
const NET_LATE_MS = 5_000
/** Schedules that are read at a time. */
const BATCH = 500

interface KeeperParts {
  readonly queue: Queue
  readonly runtime: Runtime
}

export interface ScheduleKeeper {
  /** What workers do for each name of a job. */
  readonly work: Readonly<Record<string, Work>>
  /** Gives every schedule its timer, and follows changes from then on. */
  start(): Promise<void>
  close(): Promise<void>
}

export function createScheduleKeeper({ queue, runtime }: KeeperParts): ScheduleKeeper {
  const timers = createTimers({ queue, runtime })
  /** One after the other, so that the latest change has the last word. */
  let syncing = Promise.resolve()
  const sync = (id: string) => {
    syncing = syncing.then(() => timers.sync(id))
    return syncing
  }
  const stop = { watching: () => undefined as unknown }

  async function fire(id: string): Promise<Fired> {
    const fired = await fireDue(runtime, id)
    if (fired !== 'early' && fired !== 'faulty') runtime.log.info({ scheduleId: id, fired }, 'schedule')
    return fired
  }

  /** One that fails keeps no other from its turn. */
  async function fireLate(id: string): Promise<void> {
    try {
      timers.forget(id)
      await fire(id)
      await sync(id)
    } catch (err) {
      runtime.log.error({ err, scheduleId: id }, 'a schedule could not be fired: trying again')
    }
  }

  return {
    work: {
      async [SCHEDULE_JOB]({ data: { scheduleId = '' } }) {
        if ((await fire(scheduleId)) === 'gone') await sync(scheduleId)
      },
      async [SCHEDULES_NET]() {
        const late = new Date(runtime.now().getTime() - NET_LATE_MS)
        let batch: Overdue[]
        let after: Overdue | undefined
        do {
          batch = await listOverdue(runtime.resources.db, late, { limit: BATCH, after })
          for (const { id } of batch) await fireLate(id)
          after = batch.at(-1)
        } while (batch.length === BATCH)
      },
    },
    async start() {
      stop.watching = runtime.watch(({ uris }) => {
        for (const id of uris.flatMap(scheduleOf)) void sync(id)
      })
      await queue.upsertSchedule(SCHEDULES_NET, { everyMs: NET_EVERY_MS }, { name: SCHEDULES_NET })
      await timers.setAll()
    },
    async close() {
      stop.watching()
      await syncing
    },
  }
}

const PREFIX = scheduleUri('')

function scheduleOf(uri: string): string[] {
  return uri.startsWith(PREFIX) ? [uri.slice(PREFIX.length)] : []
}

interface Timed {
  readonly id: string
  readonly cron: string
  readonly timeZone: string
}

/** One of BullMQ's schedulers for each schedule; one that is set already is left alone. Never throws. */
function createTimers({ queue, runtime: { resources, log } }: KeeperParts) {
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
      log.warn({ err, scheduleId: id }, 'a schedule has no timer: it fires up to a minute late')
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
      let batch: readonly Timed[]
      let after = ''
      do {
        batch = await listActive(resources.db, after, BATCH)
        for (const timed of batch) {
          const fault = timingFault(timed)
          if (fault === undefined) await attempt(timed.id, () => set(timed))
          else log.warn({ scheduleId: timed.id, fault }, 'a schedule cannot be read: it does not fire')
        }
        after = batch.at(-1)?.id ?? after
      } while (batch.length === BATCH)
    },
  }
}
