/** The whole product before the stand-in of Slack: from a message in Slack to tasks that are seen through HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../support/form.ts'
import type { User } from '../support/slack/world/user.ts'
import { type Bot, openBotOfFile } from './bot-world.ts'
import { button, buttonsOf } from './buttons.ts'

let bot: Bot
/** The owner of the gateway, from the first test on. */
let ada: User
beforeAll(async () => {
  bot = await openBotOfFile()
  ada = bot.acme.user('ada')
})
afterAll(() => bot?.close())

/** The titles of all tasks, as they would be written in the middle of a sentence. */
async function titles(): Promise<string[]> {
  const { items } = (await bot.send('GET', '/v1/tasks')) as { items: { title: string }[] }
  return items.map(({ title }) => title.toLowerCase()).toSorted()
}

test('a stranger pairs, writes two tasks in one message, accepts the preview, and both are there', async () => {
  const { answered, pair } = bot
  expect(await pair(ada)).toMatchObject({ personId: 'local', name: 'ada' })
  ada.dm('call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep')
  const preview = await answered(ada, /call the bank/i)
  expect(preview.text).toMatch(/draft the launch post/i)
  expect(await titles()).toEqual([])
  ada.dm('accept')
  await answered(ada, /\bT-\d+/)
  expect(await titles()).toEqual(['call the bank', 'draft the launch post'])
})

test.runIf(isLong)(
  'a command is answered to its author alone, and a press there does what was shown',
  async () => {
    const { slack, acme } = bot
    const general = acme.channel('general', { members: [ada], hasBot: false })
    const before = await titles()
    await ada.slash('/sb', 'ring the plumber tomorrow 15m p1, and paint the fence friday 2h @deep', general)
    const preview = await slack.world.until(() => ada.ephemeralsIn(general).at(-1))
    expect(preview.text).toMatch(/paint the fence/i)
    await ada.click({ channel: general, message: preview }, button(preview, 'Accept'))
    await slack.world.until(() => ada.ephemeralsIn(general).find(({ text }) => /Created: T-\d+/.test(text)))
    expect(JSON.stringify(ada.ephemeralsIn(general))).toContain('Accept: ')
    expect(
      ada
        .ephemeralsIn(general)
        .flatMap(buttonsOf)
        .map(({ text }) => text?.text),
    ).not.toContain('Accept')
    expect(await titles()).toEqual([...before, 'paint the fence', 'ring the plumber'].toSorted())
    expect(general.messages()).toEqual([])
  },
)

test.runIf(isLong)('a message becomes a task by its shortcut, whose form says what is read', async () => {
  const { slack, acme } = bot
  const bob = acme.user('bob')
  const general = acme.channel('numbers', { members: [ada, bob], hasBot: false })
  const before = await titles()
  const message = bob.say(general, 'send Ana the numbers tomorrow 15m')
  await ada.shortcut('make_task', { channel: general, message })
  const form = await slack.world.until(() => ada.modals.at(-1))
  expect(JSON.stringify(form.blocks)).toMatch(/Would create: Send Ana the numbers/i)
  await ada.submit(form, { text: 'send Ana all the numbers tomorrow 15m' })
  await slack.world.until(() => ada.ephemeralsIn(general).find(({ text }) => /Created: T-\d+/.test(text)))
  expect(await titles()).toEqual([...before, 'send ana all the numbers'].toSorted())
})

test.runIf(isLong)('a press in a private message replaces its buttons by who did it', async () => {
  const { slack, acme, answered } = bot
  ada.dm('water the roses tomorrow 15m p1, and mow the lawn friday 2h @deep')
  const message = await answered(ada, /water the roses/i)
  await ada.click({ channel: acme.dm(ada), message }, button(message, 'Accept'))
  const updated = await slack.world.until(() => {
    const now = acme.dm(ada).find(message.ts)
    return JSON.stringify(now).includes('Accept: ') ? now : undefined
  })
  expect(buttonsOf(updated)).toEqual([])
})

test.runIf(isLong)(
  'sockets that are lost while a message is handled lose neither its reply nor the next message',
  async () => {
    const { slack, acme, answered } = bot
    const [cleo, dan] = [acme.user('cleo'), acme.user('dan')]
    const earlier = slack.events.length
    cleo.dm('hello')
    await slack.world.until(() => slack.events[earlier]?.outcome === 'acknowledged')
    slack.sockets.drop()
    await answered(cleo, /Your code is/)
    const before = acme.dm(cleo).messages().length
    dan.dm('hello')
    await slack.world.until(() => slack.sockets.connections === 2)
    await answered(dan, /Your code is/)
    expect(acme.dm(cleo).messages()).toHaveLength(before)
  },
)
