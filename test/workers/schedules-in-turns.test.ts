/** Due schedules of many owners: a job says only that one is due, and its worker fires the next in turns. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operations } from '../../src/tools/registry.ts'
import { createSchedule } from '../../src/tools/schedules/create-schedule.ts'
import { createScheduleKeeper, SCHEDULE_JOB } from '../../src/workers/jobs/schedules.ts'
import { addPeople } from '../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

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

it('fires the one schedule of a person before the second of another who has many', async () => {
  const ids = []
  for (let count = 0; count < MANY; count += 1) ids.push(await newSchedule('ada'))
  ids.push(await newSchedule('bob'))
  gateway.clock.advance(DAY_MS)
  // The queue has only its order, in which Bob's job is the last.
  const queue = { upsertSchedule: async () => undefined, removeSchedule: async () => undefined } as never
  const keeper = createScheduleKeeper({ queue, runtime: gateway.runtime, invoke: gateway.invoke })
  const work = keeper.work[SCHEDULE_JOB]
  for (const scheduleId of ids) await work?.({ data: { scheduleId } } as never)
  await keeper.close()
  const order = await fired()
  expect(order.indexOf('bob')).toBeLessThan(2)
  expect(order).toHaveLength(MANY + 1)
})
