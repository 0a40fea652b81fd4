/** Schedules on a real queue with real workers, and a clock that stands still. */
import { randomUUID } from 'node:crypto'
import { Queue as BullQueue, createPostgresBackend } from 'bullmq'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createQueue, type Queue } from '../../src/clients/queue/queue.ts'
import { openQueueBackend, type QueueBackend } from '../../src/clients/queue/queue-backend.ts'
import { runs } from '../../src/domain/runs/tables.ts'
import { findSchedule } from '../../src/domain/schedules/store.ts'
import { schedules } from '../../src/domain/schedules/tables.ts'
import { operations } from '../../src/tools/registry.ts'
import { createSchedule } from '../../src/tools/schedules/create-schedule.ts'
import { deleteSchedule } from '../../src/tools/schedules/delete-schedule.ts'
import { pauseSchedule } from '../../src/tools/schedules/pause-schedule.ts'
import { resumeSchedule } from '../../src/tools/schedules/resume-schedule.ts'
import { createScheduleKeeper, SCHEDULE_JOB, type ScheduleKeeper } from '../../src/workers/jobs/schedules.ts'
import { createWorkers, type Work, type Workers } from '../../src/workers/workers.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { forgetOnRedis, queuePlaceOf } from '../support/world/queue-place.ts'
import { SOME_MODEL } from '../support/world/some-model.ts'

const queueName = `test-${randomUUID()}`
let gateway: TestGateway
let backend: QueueBackend
let queue: Queue
let bull: Pick<BullQueue, 'getJobScheduler' | 'close'>
let keepers: ScheduleKeeper[]
let workers: Workers[]
/** Resolves when a worker has done a job of a name. */
const done = new Map<string, () => void>()

beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL, now: new Date() })
  backend = await openQueueBackend(queuePlaceOf(gateway))
  queue = await createQueue(backend, { name: queueName, onError: () => undefined })
  bull =
    backend.kind === 'redis'
      ? new BullQueue(queueName, { connection: backend.consumer })
      : new BullQueue(queueName, { connection: backend.pool }, createPostgresBackend)
  keepers = [0, 1].map(() =>
    createScheduleKeeper({ queue, runtime: gateway.runtime, invoke: gateway.invoke }),
  )
  workers = await Promise.all(
    keepers.map(({ work }) =>
      createWorkers({ backend, work: told(work), concurrency: 4, log: gateway.log, queueName }),
    ),
  )
})
afterAll(async () => {
  for (const each of workers) await each.close()
  for (const each of keepers) await each.close()
  await bull.close()
  await queue.close()
  await forgetOnRedis(queueName)
  await backend.close()
  await gateway.close()
})

/** The same work, telling who waits for it. */
function told(work: Readonly<Record<string, Work>>): Record<string, Work> {
  const wrap =
    (run: Work): Work =>
    async (job) => {
      await run(job)
      done.get(job.data.tell ?? '')?.()
    }
  return Object.fromEntries(Object.entries(work).map(([name, run]) => [name, wrap(run)]))
}

async function work(name: string, data: Record<string, string> = {}): Promise<void> {
  const tell = randomUUID()
  const told = new Promise<void>((resolve) => done.set(tell, resolve))
  await queue.add(name, { ...data, tell })
  await told
}

/** Every worker process has its own. */
const castNets = () => Promise.all(keepers.map((keeper) => keeper.castNet()))

/** Waits until the keepers have dealt with the changes there were. */
async function settled(): Promise<void> {
  for (const keeper of keepers) await keeper.close()
  for (const keeper of keepers) await keeper.start()
}

const runsOf = (scheduleId: string) => gateway.db.select().from(runs).where(eq(runs.scheduleId, scheduleId))
const hasTimer = async (scheduleId: string) => (await bull.getJobScheduler(scheduleId)) !== undefined

describe('schedules on a queue', () => {
  let scheduleId: string

  it('get a timer each, which follows their changes', async () => {
    await settled()
    // Not within the minutes that a test takes, on whichever day it runs.
    const month = ((new Date().getUTCMonth() + 6) % 12) + 1
    const input = { agent: 'assistant', goal: 'Plan', when: `0 9 1 ${month} *`, timeZone: 'UTC' }
    const { output } = await gateway.invoke(createSchedule, input, gateway.as())
    scheduleId = output.schedule.id
    await settled()
    expect(await hasTimer(scheduleId)).toBe(true)
    await gateway.invoke(pauseSchedule, { scheduleId }, gateway.as())
    await settled()
    expect(await hasTimer(scheduleId)).toBe(false)
    await gateway.invoke(resumeSchedule, { scheduleId }, gateway.as())
    await settled()
    expect(await hasTimer(scheduleId)).toBe(true)
  })

  it('fire once for a moment, though many jobs come for it to several workers', async () => {
    await Promise.all(Array.from({ length: 6 }, () => work(SCHEDULE_JOB, { scheduleId })))
    expect(await runsOf(scheduleId)).toEqual([])
    gateway.clock.advance(YEAR_MS)
    await castNets()
    // A year on the moment was missed; the next one comes on time.
    expect(await runsOf(scheduleId)).toEqual([])
    const next = await nextAt(scheduleId)
    gateway.clock.set(next)
    await Promise.all(Array.from({ length: 6 }, () => work(SCHEDULE_JOB, { scheduleId })))
    expect((await runsOf(scheduleId)).map(({ dueAt }) => dueAt)).toEqual([next])
  })

  it('fire through the net when their timer is lost, and get it back', async () => {
    await settled()
    await queue.removeSchedule(scheduleId)
    expect(await hasTimer(scheduleId)).toBe(false)
    const next = await nextAt(scheduleId)
    gateway.clock.set(new Date(next.getTime() + LATE_MS))
    await castNets()
    expect((await runsOf(scheduleId)).map(({ dueAt }) => dueAt)).toContainEqual(next)
    expect(await runsOf(scheduleId)).toHaveLength(2)
    await settled()
    expect(await hasTimer(scheduleId)).toBe(true)
  })

  it('fire again at once after a clock was set forward and back, and once for each moment', async () => {
    const input = { agent: 'assistant', goal: 'Plan', when: '* * * * *', timeZone: 'UTC' }
    const { output } = await gateway.invoke(createSchedule, input, gateway.as())
    const id = output.schedule.id
    const [before, jumped] = [await nextAt(id), new Date((await nextAt(id)).getTime() + 6 * HOUR_MS)]
    gateway.clock.set(jumped)
    await Promise.all(Array.from({ length: 4 }, () => work(SCHEDULE_JOB, { scheduleId: id })))
    expect(await nextAt(id)).toEqual(new Date(jumped.getTime() + MINUTE_MS))

    gateway.clock.set(new Date(before.getTime() - LATE_MS))
    await castNets()
    expect(await nextAt(id)).toEqual(before)
    for (const at of [before, jumped]) {
      gateway.clock.set(at)
      await Promise.all(Array.from({ length: 4 }, () => work(SCHEDULE_JOB, { scheduleId: id })))
    }
    expect((await runsOf(id)).map(({ dueAt }) => dueAt).sort(byTime)).toEqual([before, jumped])
    expect(await nextAt(id)).toEqual(new Date(jumped.getTime() + MINUTE_MS))
    await gateway.invoke(deleteSchedule, { scheduleId: id, confirm: true }, gateway.as())
  })

  it('are not set back by a process whose clock runs a little behind', async () => {
    const input = { agent: 'assistant', goal: 'Plan', when: '* * * * *', timeZone: 'UTC' }
    const { output } = await gateway.invoke(createSchedule, input, gateway.as())
    const id = output.schedule.id
    const due = await nextAt(id)
    gateway.clock.set(due)
    await work(SCHEDULE_JOB, { scheduleId: id })
    gateway.clock.set(new Date(due.getTime() - MINUTE_MS / 2))
    await castNets()
    await work(SCHEDULE_JOB, { scheduleId: id })
    expect(await nextAt(id)).toEqual(new Date(due.getTime() + MINUTE_MS))
    await gateway.invoke(deleteSchedule, { scheduleId: id, confirm: true }, gateway.as())
  })

  it('that cannot be read have no timer, keep no other from firing, and are let alone', async () => {
    const month = ((new Date().getUTCMonth() + 6) % 12) + 1
    const input = { agent: 'assistant', goal: 'Plan', when: `0 9 1 ${month} *`, timeZone: 'UTC' }
    const { output } = await gateway.invoke(createSchedule, input, gateway.as())
    const broken = output.schedule.id
    await settled()
    expect(await hasTimer(broken)).toBe(true)
    await gateway.db
      .update(schedules)
      .set({ cron: 'hourly', nextAt: new Date(0) })
      .where(eq(schedules.id, broken))
    const next = await nextAt(scheduleId)
    gateway.clock.set(new Date(next.getTime() + LATE_MS))
    await castNets()
    expect((await runsOf(scheduleId)).map(({ dueAt }) => dueAt)).toContainEqual(next)
    expect(await runsOf(broken)).toEqual([])
    expect(await nextAt(broken)).toEqual(new Date(0))
    expect(await hasTimer(broken)).toBe(false)
    await settled()
    expect(await hasTimer(broken)).toBe(false)
  })

  it('lose their timer with them, also where nobody was told', async () => {
    await settled()
    for (const keeper of keepers) await keeper.close()
    await gateway.invoke(deleteSchedule, { scheduleId, confirm: true }, gateway.as())
    expect(await hasTimer(scheduleId)).toBe(true)
    await work(SCHEDULE_JOB, { scheduleId })
    expect(await hasTimer(scheduleId)).toBe(false)
  })
})

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const byTime = (a: Date | null, b: Date | null) => Number(a) - Number(b)
const YEAR_MS = 366 * 24 * 60 * 60 * 1000
/** Over what the net leaves to the timer, and within the grace. */
const LATE_MS = 30_000

async function nextAt(id: string): Promise<Date> {
  const row = await findSchedule(gateway.db, id)
  if (row === undefined) throw new Error('there is no such schedule')
  return row.nextAt
}
