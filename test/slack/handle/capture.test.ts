/** A message becomes tasks: typed to the bot in private, shown, accepted. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

it('shows two tasks of one message, and creates both when they are accepted', async () => {
  const { acme, gateway } = desk
  const ada = acme.user('ada')
  await desk.link(ada, 'ada')
  ada.dm('call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep')
  await desk.handle()
  const [preview] = await desk.posts()
  expect(preview).toMatchObject({ channel: acme.dm(ada).id, kind: 'message' })
  expect(preview?.text).toMatch(/call the bank/i)
  const list = async () => {
    const asAda = gateway.as({ id: 'ada', personId: 'ada', scopes: ['tasks:read'] })
    return (await gateway.invoke(listTasks, {}, asAda)).output.items.map(({ title }) => title.toLowerCase())
  }
  expect(await list()).toEqual([])
  ada.dm('accept')
  await desk.handle()
  expect((await list()).toSorted()).toEqual(['call the bank', 'draft the launch post'])
  expect((await desk.posts()).map(({ text }) => text).join()).toMatch(/T-\d+/)
})
