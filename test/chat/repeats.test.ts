/** A turn that is repeated with its key and its state, as after a crash, has no further effect and gives the same replies. */

import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operations } from '../../src/tools/registry.ts'
import { cases, some } from '../support/form.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { startTalking } from './talking.ts'

/** Conversations that the property tries. */
const CASES = cases(4, 100)

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
})
afterAll(() => gateway.close())

const MESSAGES = [
  'call the bank 15m p1',
  'buy milk 5m',
  'water the plants every day 5m',
  'call mom 5m, and paint the fence 2h',
  'plan the summer trip',
  'breakdown',
  'accept',
  'yes',
  'discard',
  'resume',
  '30',
  'make that 45',
  'done water the plants',
  'done it',
  'done milk',
  'snooze call the bank tomorrow',
  'do today paint the fence',
  'undate it',
  'delete mom',
  'restore it',
  'reopen it',
  'make it p2',
  'trash empty',
  'think compare the prices',
  'stop it',
  'new project Kitchen',
  '1',
  'previews on',
  'previews off',
  'start over',
]

/** All that belongs to a person. What others said in the cases before would make each of them slower than the last. */
async function stored(personId: string): Promise<string> {
  const rows = await gateway.db.execute(
    sql`select (select json_agg(t order by id) from tasks t where owner_id = ${personId}) tasks,
      (select json_agg(r order by id) from runs r where owner_id = ${personId}) runs,
      (select json_agg(p order by id) from projects p where owner_id = ${personId}) projects`,
  )
  return JSON.stringify(rows)
}

test('whatever a person says, saying it once more changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...MESSAGES), { minLength: 2, maxLength: 12 }),
      async (messages) => {
        const talking = startTalking(gateway)
        for (const message of messages) {
          const first = await talking.say(message)
          const before = await stored(talking.personId)
          const again = await talking.repeat()
          expect(await stored(talking.personId)).toBe(before)
          expect(again.isUnderstood).toBe(first.isUnderstood)
        }
      },
    ),
    { numRuns: CASES },
  )
})

test.each(some(MESSAGES.filter((message) => !/^(done it|1)$/.test(message))))(
  'saying "%s" once more gives the same replies',
  async (message) => {
    const talking = startTalking(gateway)
    await talking.say('call the bank 15m p1')
    await talking.say('buy milk 5m')
    await talking.say('water the plants every day 5m')
    await talking.say('call mom 5m, and paint the fence 2h')
    await talking.say('accept')
    const first = await talking.say(message)
    expect(await talking.repeat()).toEqual(first)
  },
)

test('what was completed by its words is not completed again in its next turn', async () => {
  const talking = startTalking(gateway)
  await talking.say('water the plants every day 5m')
  const first = await talking.say('done water the plants')
  await talking.repeat()
  expect(await talking.repeat()).toEqual(first)
  expect((await talking.tasks()).map(({ status }) => status)).toEqual(['done', 'open'])
})

test('a preview that is accepted twice, by a click on what is stale by then, creates its tasks once', async () => {
  const talking = startTalking(gateway)
  await talking.say('call mom 5m, and paint the fence 2h')
  const one = await talking.sayAside('accept')
  const other = await talking.sayAside('yes')
  expect(one.replies[0]?.text).toBe(other.replies[0]?.text)
  expect(await talking.titles()).toEqual(['call mom', 'paint the fence'])
})
