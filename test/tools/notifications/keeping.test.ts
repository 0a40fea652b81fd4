/** How long notifications are kept, what deletes them, and what a write costs that notifies nobody. */

import type { PgDialect } from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { KEPT_DAYS, NOTIFICATIONS_MAX } from '../../../src/domain/notifications/retention.ts'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { notifications } from '../../../src/domain/notifications/tables.ts'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { notifications as area } from '../../../src/tools/notifications/area.ts'
import { people } from '../../../src/tools/people/area.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { erasePerson } from '../../../src/tools/people/erase-person.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { isLong } from '../../support/form.ts'
import { ADA, type NotifiedWorld, openNotified } from './notified.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let world: NotifiedWorld
beforeEach(async () => {
  world = await openNotified()
})
afterEach(() => world?.gateway.close())

async function clean(expires: typeof area.expires): Promise<void> {
  const { runtime, clock } = world.gateway
  for (const { deletePast } of expires) await deletePast(runtime.resources, clock.now())
}

const kept = async () => {
  const rows = await world.gateway.db.select().from(notifications)
  return rows.map(({ personId, id }) => `${personId} ${id}`).toSorted()
}

it(`for ${KEPT_DAYS} days, and the latest ${NOTIFICATIONS_MAX} of each person`, async () => {
  const { db, clock } = world.gateway
  const row = (personId: string, place: number, days = 1) => ({
    ...{ personId, id: `notification_${String(place).padStart(5, '0')}`, event: 'task.assigned' },
    ...{ thing: 'task://1', payload: {}, isListed: true, sendAt: null },
    happenedAt: new Date(clock.now().getTime() - days * DAY_MS),
  })
  const many = Array.from({ length: NOTIFICATIONS_MAX + 2 }, (_, place) => row('ada', place))
  await db.insert(notifications).values([...many, row('bob', 1, KEPT_DAYS), row('bob', 0, KEPT_DAYS + 1)])
  await clean(area.expires)
  const rest = await kept()
  expect(rest).toHaveLength(NOTIFICATIONS_MAX + 1)
  expect(rest[0]).toBe('ada notification_00002')
  expect(rest.at(-1)).toBe('bob notification_00001')
})

it.runIf(isLong)('no longer than their person, with what was on its way by channels', async () => {
  const { db, invoke, as } = world.gateway
  await world.person('bob')
  await world.give('ada', 'One')
  await world.give('bob', 'Two')
  world.answers(() => ({ kind: 'failed', why: 'greylisted' }))
  world.later(GATHER_MS)
  await world.send()
  await invoke(deactivatePerson, { personId: 'ada' }, as())
  await invoke(erasePerson, { personId: 'ada', confirm: true }, as())
  await clean(people.expires)
  expect(await kept()).toEqual([expect.stringMatching(/^bob /)])
  expect((await db.select().from(outbox)).map(({ receiverId }) => receiverId)).toEqual(['mail:bob'])
})

it('reach no webhook once their reader no longer sees what they are about', async () => {
  const { db, invoke, as } = world.gateway
  const hearing = { url: 'https://example.com/hook', events: ['notification.created'] }
  await invoke(createWebhook, hearing, as(ADA))
  const taskId = await world.give('ada', 'Secret')
  await world.give('ada', 'Shown')
  await invoke(updateTask, { taskId, assignee: null }, as())
  world.later(GATHER_MS)
  await world.send()
  const told = (await db.select().from(outbox)).filter(({ channel }) => channel === 'webhook')
  expect(told.map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ text: expect.stringContaining('Shown') }),
  ])
})

it('cost no statement where nobody is notified', async () => {
  const { dialect } = world.gateway.db as unknown as { dialect: PgDialect }
  const render = vi.spyOn(dialect, 'sqlToQuery')
  onTestFinished(() => render.mockRestore())
  const statements = async (assignee: string) => {
    render.mockClear()
    await world.give(assignee, 'One')
    return render.mock.calls.length
  }
  // The task, and the audit entry, which also asks whether a webhook hears of it.
  expect(await statements('local')).toBe(2)
  // Besides: who the assignee is, and the notification.
  expect(await statements('ada')).toBe(4)
})
