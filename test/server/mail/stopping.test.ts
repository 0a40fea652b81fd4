/** Stopping mails: by one click of a mail program or on a page, kind by kind, and back again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { LINK_PAGES } from '../../../src/domain/mail/mail-links.ts'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { rotateSecrets } from '../../../src/tools/access/rotate-secrets.ts'
import { getSettings } from '../../../src/tools/notifications/get-settings.ts'
import { updateSettings } from '../../../src/tools/notifications/update-settings.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { type MailWorld, openMailWorld } from './mail-world.ts'

let world: MailWorld

beforeAll(async () => {
  world = await openMailWorld()
})
afterAll(() => world?.close())

async function give(assignee: string, title: string): Promise<void> {
  await world.run(createTasks, { tasks: [{ title, assignee }] })
  world.front.gateway.clock.advance(GATHER_MS)
  await world.send()
}

async function channelsOf(person: Partial<Actor>, event: string) {
  const { items } = await world.run(getSettings, {}, person)
  return items.find((item) => item.event === event)?.channels
}

test('one click stops this kind of mail and no other, and a button sends them again', async () => {
  const ada = await world.person('ada')
  await give('ada', 'Water the plants')
  const mail = world.mailTo('ada@example.com')
  expect(mail?.text).toContain('local gave you T-1: Water the plants')
  expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
  const link = world.linkIn(mail, LINK_PAGES.unsubscribe.path)
  expect(mail?.headers['list-unsubscribe']).toContain(link)
  const page = await world.get(link)
  expect(page.text).toContain('<li>Somebody gives you a task</li>')
  expect(await channelsOf(ada, 'task.assigned')).toContain('mail')
  // The very request of RFC 8058: no cookie, no page before it.
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
  const clicked = await fetch(`${world.front.url}${link}`, { method: 'POST', body })
  expect(clicked.status).toBe(200)
  expect(await channelsOf(ada, 'task.assigned')).toEqual(['gateway', 'webhook'])
  expect(await channelsOf(ada, 'approval.requested')).toContain('mail')
  const before = world.server.received.length
  await give('ada', 'Unmailed')
  // A new secret ends no link: mails are stopped long after they came.
  await world.run(rotateSecrets, {})
  expect(world.server.received).toHaveLength(before)
  expect((await world.get(link)).text).toContain('ada gets no more mails when:')
  expect((await world.press(link, { again: '1' })).text).toContain('ada gets a mail when:')
  expect(await channelsOf(ada, 'task.assigned')).toEqual(['gateway', 'webhook', 'mail'])
  await give('ada', 'Mailed again')
  expect(world.mailTo('ada@example.com')?.text).toContain('Mailed again')
})

test('what is told by mail alone is then told nowhere, and again by mail', async () => {
  const bob = await world.person('bob')
  await world.run(updateSettings, { event: 'task.assigned', channels: ['mail'] }, bob)
  await give('bob', 'Prune')
  const link = world.linkIn(world.mailTo('bob@example.com'), LINK_PAGES.unsubscribe.path)
  await world.press(link)
  expect(await channelsOf(bob, 'task.assigned')).toEqual([])
  await world.press(link, { again: '1' })
  expect(await channelsOf(bob, 'task.assigned')).toEqual(['mail'])
})

test('a link changes nothing for others, nor after its person has gone', async () => {
  await world.person('carol')
  await give('carol', 'Sow')
  const link = world.linkIn(world.mailTo('carol@example.com'), LINK_PAGES.unsubscribe.path)
  const act = link.replace(LINK_PAGES.unsubscribe.path, LINK_PAGES.act.path)
  expect((await world.get(act)).status).toBe(404)
  await world.run(deactivatePerson, { personId: 'carol' })
  for (const answer of [await world.get(link), await world.press(link)]) expect(answer.status).toBe(403)
})
