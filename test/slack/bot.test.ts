/** The whole product before the stand-in of Slack: from a message in Slack to tasks that are seen through HTTP. */
import { expect, test } from 'vitest'
import { openBot } from './bot-world.ts'
import { button, buttonsOf } from './buttons.ts'

test('a stranger pairs, writes two tasks in one message, accepts the preview, and both are there', async () => {
  const { acme, send, answered, pair } = await openBot()
  const ada = acme.user('ada')
  expect(await pair(ada)).toMatchObject({ personId: 'local', name: 'ada' })
  ada.dm('call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep')
  const preview = await answered(ada, /call the bank/i)
  expect(preview.text).toMatch(/draft the launch post/i)
  expect((await send('GET', '/v1/tasks')).items).toEqual([])
  ada.dm('accept')
  await answered(ada, /\bT-\d+/)
  const { items } = (await send('GET', '/v1/tasks')) as { items: { title: string }[] }
  expect(items.map(({ title }) => title.toLowerCase()).toSorted()).toEqual([
    'call the bank',
    'draft the launch post',
  ])
})

test('a command is answered to its author alone, and a press there does what was shown', async () => {
  const { slack, acme, send, pair } = await openBot()
  const ada = acme.user('ada')
  const general = acme.channel('general', { members: [ada], hasBot: false })
  await pair(ada)
  await ada.slash('/sb', 'call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep', general)
  const preview = await slack.world.until(() => ada.ephemeralsIn(general).at(-1))
  expect(preview.text).toMatch(/draft the launch post/i)
  await ada.click({ channel: general, message: preview }, button(preview, 'Accept'))
  await slack.world.until(() => ada.ephemeralsIn(general).find(({ text }) => /Created: T-\d+/.test(text)))
  expect(JSON.stringify(ada.ephemeralsIn(general))).toContain('Accept: ')
  expect(
    ada
      .ephemeralsIn(general)
      .flatMap(buttonsOf)
      .map(({ text }) => text?.text),
  ).not.toContain('Accept')
  expect((await send('GET', '/v1/tasks')).items).toHaveLength(2)
  expect(general.messages()).toEqual([])
})

test('a message becomes a task by its shortcut, whose form says what is read', async () => {
  const { slack, acme, send, pair } = await openBot()
  const ada = acme.user('ada')
  const bob = acme.user('bob')
  const general = acme.channel('general', { members: [ada, bob], hasBot: false })
  await pair(ada)
  const message = bob.say(general, 'send Ana the numbers tomorrow 15m')
  await ada.shortcut('make_task', { channel: general, message })
  const form = await slack.world.until(() => ada.modals.at(-1))
  expect(JSON.stringify(form.blocks)).toMatch(/Would create: Send Ana the numbers/i)
  await ada.submit(form, { text: 'send Ana all the numbers tomorrow 15m' })
  await slack.world.until(() => ada.ephemeralsIn(general).find(({ text }) => /Created: T-\d+/.test(text)))
  const { items } = (await send('GET', '/v1/tasks')) as { items: { title: string }[] }
  expect(items.map(({ title }) => title)).toEqual([expect.stringMatching(/send ana all the numbers/i)])
})

test('a press in a private message replaces its buttons by who did it', async () => {
  const { slack, acme, answered, pair } = await openBot()
  const ada = acme.user('ada')
  await pair(ada)
  ada.dm('call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep')
  const message = await answered(ada, /call the bank/i)
  await ada.click({ channel: acme.dm(ada), message }, button(message, 'Accept'))
  const updated = await slack.world.until(() => {
    const now = acme.dm(ada).find(message.ts)
    return JSON.stringify(now).includes('Accept: ') ? now : undefined
  })
  expect(buttonsOf(updated)).toEqual([])
})

test('sockets that are lost while a message is handled lose neither its reply nor the next message', async () => {
  const { slack, acme, answered } = await openBot()
  const ada = acme.user('ada')
  ada.dm('hello')
  await slack.world.until(() => slack.events[0]?.outcome === 'acknowledged')
  slack.sockets.drop()
  await answered(ada, /Your code is/)
  const before = acme.dm(ada).messages().length
  const bob = acme.user('bob')
  bob.dm('hello')
  await slack.world.until(() => slack.sockets.connections === 2)
  await answered(bob, /Your code is/)
  expect(acme.dm(ada).messages()).toHaveLength(before)
})
