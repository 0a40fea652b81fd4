/** Due schedules of many owners: a job says only that one is due, and its worker fires the next in turns. */
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createQueue } from '../../src/clients/queue/queue.ts'
import { openQueueBackend } from '../../src/clients/queue/queue-backend.ts'
import { operations } from '../../src/tools/registry.ts'
import { createSchedule } from '../../src/tools/schedules/create-schedule.ts'
import { createScheduleKeeper, SCHEDULE_JOB } from '../../src/workers/jobs/schedules.ts'
import { createWorkers, type Work } from '../../src/workers/workers.ts'
import { defer } from '../support/defer.ts'
import { addPeople } from '../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { forgetOnRedis, queuePlaceOf } from '../support/world/queue-place.ts'

const MANY = 30
const DAY_MS = 24 * 60 * 60 * 1000

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  await addPeople(gateway.db, ['ada', 'bob'])
})
afterAll(() => gateway.close())

async function newSchedule(person: string): Promise<string> {
  const call = { operation: 'tasks.create', input: { tasks: [{ title: person }] }, when: 'every day 9:00' }
  const actor = gateway.as({ id: person, personId: person })
  return (await gateway.invoke(createSchedule, call, actor)).output.schedule.id
}

/** Who has had a schedule fired, in the order of the firings. */
async function fired(): Promise<string[]> {
  const rows = await gateway.db.execute<{ title: string }>(sql`select title from tasks order by number`)
  return rows.map(({ title }) => title)
}

/** Adds a job for each schedule to a queue, and takes them one after the other until all are done. */
async function workAll(ids: readonly string[]): Promise<void> {
  const queueName = `test-${randomUUID()}`
  const backend = await openQueueBackend(queuePlaceOf(gateway))
  const queue = await createQueue(backend, { name: queueName, onError: () => undefined })
  const keeper = createScheduleKeeper({ queue, runtime: gateway.runtime, invoke: gateway.invoke })
  for (const scheduleId of ids) await queue.add(SCHEDULE_JOB, { scheduleId })
  const { promise: allDone, resolve } = defer<undefined>()
  let left = ids.length
  const fire: Work = async (job) => {
    await keeper.work[SCHEDULE_JOB]?.(job)
    left -= 1
    if (left === 0) resolve(undefined)
  }
  const work = { [SCHEDULE_JOB]: fire }
  const workers = await createWorkers({ backend, work, concurrency: 1, log: gateway.log, queueName })
  await allDone
  await workers.close()
  await keeper.close()
  await queue.close()
  await forgetOnRedis(queueName)
  await backend.close()
}

it('fires the one schedule of a person before the second of another who has many', async () => {
  const ids = []
  for (let count = 0; count < MANY; count += 1) ids.push(await newSchedule('ada'))
  ids.push(await newSchedule('bob'))
  gateway.clock.advance(DAY_MS)
  // In the order of the queue, Bob's job is the last.
  await workAll(ids)
  const order = await fired()
  expect(order.indexOf('bob')).toBeLessThan(2)
  expect(order).toHaveLength(MANY + 1)
})
