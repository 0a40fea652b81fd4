/** Links to things of the gateway get a card in Slack, for what everybody who reads along may see. */

import { afterEach, expect, it } from 'vitest'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { isLong } from '../../support/form.ts'
import type { Channel } from '../../support/slack/world/channel.ts'
import type { User } from '../../support/slack/world/user.ts'
import { type Desk, openDesk } from '../handle/desk.ts'
import { openTeamChannel } from '../handle/team-channel.ts'

const HOST = 'sb.acme.example'
const PUBLIC_URL = `https://${HOST}/gateway`

let desk: Desk
afterEach(() => desk.close())

/** The link to a thing, as people copy them. */
const linkTo = (path: string) => `${PUBLIC_URL}/v1/${path}`

async function open() {
  desk = await openDesk({ unfurlDomains: [HOST], lent: { publicUrl: () => PUBLIC_URL } })
  return { acme: desk.acme, ada: desk.acme.user('ada'), bob: desk.acme.user('bob') }
}

/** Posts a message, and answers with what Slack shows under it once the gateway has handled it. */
async function cardsUnder(user: User, channel: Channel, text: string): Promise<string> {
  const { ts } = user.say(channel, text, { isRaw: true })
  await desk.handle()
  return JSON.stringify(channel.find(ts)?.attachments ?? [])
}

/** A new task of the person, or of their team. */
async function taskOf(personId: string, title: string, within?: string): Promise<string> {
  const as = { id: personId, personId, scopes: ['tasks:write' as const], ...(within && { within }) }
  const { output } = await desk.gateway.invoke(createTasks, { tasks: [{ title }] }, desk.gateway.as(as))
  const [made] = output.results
  return made?.ok === true ? made.task.ref : 'no task'
}

it("in a team's channel, shows the things of the team, and nothing else of who posted the link", async () => {
  const { ada, bob } = await open()
  const { channel, teamId } = await openTeamChannel(desk, [ada, bob])
  const shared = await taskOf('ada', 'Draft the <!channel> post', teamId)
  const own = await taskOf('ada', 'Buy a present for Bob')
  const cards = await cardsUnder(
    ada,
    channel,
    `<${linkTo(`tasks/${shared}`)}> and <${linkTo(`tasks/${own}`)}>`,
  )
  expect(cards).toContain('Draft the <!channel> post')
  expect(cards).toContain(shared)
  expect(cards).not.toContain('present')
  expect(await desk.posts()).toEqual([])
})

it('shows nothing where somebody reads along who may not see it, nor in a channel of no team', async () => {
  const { acme, ada, bob } = await open()
  const { channel, teamId } = await openTeamChannel(desk, [ada, bob, acme.user('eve')])
  const link = `<${linkTo(`tasks/${await taskOf('ada', 'Draft the launch post', teamId)}`)}>`
  expect(await cardsUnder(ada, channel, link)).toBe('[]')
  expect(await cardsUnder(ada, acme.channel('general', { members: [ada, bob] }), link)).toBe('[]')
})

it('shows a private thing to the bot alone, and not in the private messages of two people', async () => {
  const { acme, ada, bob } = await open()
  await desk.link(ada, 'ada')
  const link = `<${linkTo(`tasks/${await taskOf('ada', 'Call the bank')}`)}|the task>`
  expect(await cardsUnder(ada, acme.dm(ada), link)).toContain('Call the bank')
  expect(await cardsUnder(ada, acme.privately(ada, bob), link)).toBe('[]')
})

it.runIf(isLong)('shows nothing by the right of somebody whom the gateway does not know', async () => {
  const { acme, ada, bob } = await open()
  const { channel, teamId } = await openTeamChannel(desk, [ada, bob])
  const link = `<${linkTo(`tasks/${await taskOf('ada', 'Draft the launch post', teamId)}`)}>`
  const guest = acme.user('guest', { isRestricted: true })
  guest.joins(channel)
  expect(await cardsUnder(guest, channel, link)).toBe('[]')
})

it.runIf(isLong)('shows five cards at most, each once, however often Slack tells of the links', async () => {
  const { ada, bob } = await open()
  const { channel, teamId } = await openTeamChannel(desk, [ada, bob])
  const links: string[] = []
  for (const title of ['One', 'Two', 'Three', 'Four', 'Five', 'Six'])
    links.push(`<${linkTo(`tasks/${await taskOf('ada', title, teamId)}`)}>`)
  desk.slack.faults.nextEvent('new-id')
  const { ts } = ada.say(channel, links.join(' '), { isRaw: true })
  await desk.handle()
  expect(channel.find(ts)?.attachments).toHaveLength(5)
  expect(desk.slack.calls.filter(({ method }) => method === 'chat.unfurl')).toHaveLength(1)
})

it.each([
  ['another path', `${PUBLIC_URL}/docs`],
  ['a list', linkTo('tasks')],
  ['what belongs to a thing', linkTo('runs/R-1/events')],
  ['an id that is none', linkTo('tasks/%E0%A4%A')],
  ['another host', 'https://sb.other.example/gateway/v1/tasks/T-1'],
])('shows no card for %s', async (_, link) => {
  const { ada, bob } = await open()
  const { channel, teamId } = await openTeamChannel(desk, [ada, bob])
  await taskOf('ada', 'Draft the launch post', teamId)
  expect(await cardsUnder(ada, channel, `<${link}>`)).toBe('[]')
})

it('says nothing of a thing while its link is typed, because Slack does not say where it will be sent', async () => {
  const { ada } = await open()
  await desk.link(ada, 'ada')
  const reference = await taskOf('ada', 'Call the bank')
  const preview = ada.compose(`<${linkTo(`tasks/${reference}`)}>`)
  await desk.handle()
  const shown = JSON.stringify(desk.slack.world.previews.get(preview))
  expect(shown).toContain(`${reference} in Switchboard`)
  expect(shown).not.toContain('bank')
})

it('a reference that is typed to the bot is answered with the thing', async () => {
  const { ada, bob } = await open()
  const { channel, teamId } = await openTeamChannel(desk, [ada, bob])
  ada.mention(channel, await taskOf('ada', 'Draft the launch post', teamId))
  await desk.handle()
  expect(await desk.posts()).toMatchObject([{ text: expect.stringContaining('Draft the launch post') }])
})
