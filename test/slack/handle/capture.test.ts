/** A message becomes tasks: typed to the bot in private, shown, accepted. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { conversationMessages } from '../../../src/domain/conversations/tables.ts'
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

it('keeps the names of people and channels that a message mentions in the title, and makes no labels of them', async () => {
  const { acme, gateway } = desk
  const bea = acme.user('bea')
  await desk.link(bea, 'bea')
  const linus = acme.user('linus')
  const general = acme.channel('general', { members: [bea] })
  const said = bea.dm(`ask <@${linus.id}> for the figures of <#${general.id}|general> tomorrow 15m`)
  await desk.handle()
  const asBea = gateway.as({ id: 'bea', personId: 'bea', scopes: ['tasks:read'] })
  const { items } = (await gateway.invoke(listTasks, {}, asBea)).output
  expect(items).toMatchObject([{ title: 'ask linus for the figures of general', labels: [] }])
  bea.edit(acme.dm(bea), said.ts, `ask <@${linus.id}> again`)
  await desk.handle()
  const kept = await gateway.db.select().from(conversationMessages)
  expect(kept.map(({ text }) => text)).toContain('ask linus again')
})
