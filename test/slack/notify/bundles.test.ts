/** Notifications that are only to be read, in Slack: together in few messages, to those who are there, and once. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBundle } from '../../../src/domain/notifications/sending/bundle.ts'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { openPressingWorld, type PressingWorld } from '../pressing-world.ts'

let world: PressingWorld

beforeAll(async () => {
  world = await openPressingWorld()
})
afterAll(() => world?.close())

async function give(assignee: string, ...titles: readonly string[]): Promise<void> {
  await world.run(createTasks, { tasks: titles.map((title) => ({ title, assignee })) })
  world.gateway.clock.advance(GATHER_MS)
  await world.send()
}

const bundlesOf = async (personId: string) =>
  await world.gateway.db
    .select()
    .from(outbox)
    .where(eq(outbox.receiverId, `slack:${personId}`))

test('what is only to be read shares one message, letter for letter', async () => {
  const { user } = await world.person('ada', 'Ada')
  await give('ada', 'Call the bank', 'Write to <!channel> & *all*')
  const messages = world.acme.dm(user).messages()
  expect(messages).toHaveLength(1)
  const [message] = messages
  expect(message?.text).toContain('Call the bank')
  expect(message?.text).toContain('Write to &lt;!channel&gt; &amp; *all*')
  expect(JSON.stringify(message?.blocks)).toContain('Write to <!channel> & *all*')
  expect(JSON.stringify(message?.blocks)).not.toMatch(/mrkdwn|"broadcast"|"user"/)
})

test('a bundle whose outcome was not recorded is not posted again', async () => {
  const { user } = await world.person('bob')
  await give('bob', 'Sweep the floor')
  const [row] = await bundlesOf('bob')
  const bundle = row && (await readBundle(world.gateway.runtime.resources, row))
  if (bundle === undefined) throw new Error('there was something to tell')
  expect(await world.channel.deliver(bundle, new AbortController().signal)).toEqual({ kind: 'sent' })
  await world.send()
  expect(world.acme.dm(user).messages()).toHaveLength(1)
})

test('somebody who is not in Slack is not reached, and their delivery says so', async () => {
  await world.run(createPerson, { id: 'eve' })
  await give('eve', 'Paint the door')
  const [row] = await bundlesOf('eve')
  expect(row).toMatchObject({
    state: 'delivered',
    lastError: expect.stringContaining('slack has no way there'),
  })
})
