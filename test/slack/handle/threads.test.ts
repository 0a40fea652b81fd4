/** Threads as conversations: where answers go, who goes on without a mention, what is remembered, who reads along. */
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, it } from 'vitest'
import { conversationMessages } from '../../../src/domain/conversations/tables.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import { tasks } from '../../../src/domain/tasks/tables.ts'
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { cases, isLong } from '../../support/form.ts'
import { ManualClock } from '../../support/slack/clock.ts'
import type { User } from '../../support/slack/world/user.ts'
import { type Desk, openDesk } from './desk.ts'
import { openTeamChannel } from './team-channel.ts'

let desk: Desk
afterEach(() => desk.close())

const HOUR_MS = 3_600_000
const TWO_TASKS = 'call the bank tomorrow 15m, and draft the launch post friday 2h'

/** The tasks of a person or a team. */
async function titlesOf(spaceId: string): Promise<string[]> {
  const rows = await desk.gateway.db.select().from(tasks).where(eq(tasks.spaceId, spaceId))
  return rows.map(({ title }) => title.toLowerCase()).toSorted()
}

async function said() {
  const rows = await desk.gateway.db.select().from(conversationMessages)
  return rows.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** A channel that belongs to a team of Ada and Bob. */
async function teamChannel(members: (acme: Desk['acme']) => User[]) {
  desk = await openDesk()
  const { acme, gateway } = desk
  const users = members(acme)
  for (const user of users) await desk.link(user, user.name)
  const asAda = gateway.as({ id: 'ada', personId: 'ada', scopes: ['teams:write', 'people:read'] })
  const { team } = (await gateway.invoke(createTeam, { name: 'Launch' }, asAda)).output
  await gateway.invoke(addMember, { teamId: team.id, personId: 'bob' }, asAda)
  const channel = acme.channel('launch', { members: users })
  await gateway.invoke(setChannel, { workspace: acme.id, channel: channel.id, teamId: team.id }, gateway.as())
  return { channel, users, teamId: team.id }
}

describe('in a channel', () => {
  it('an answer lands in the thread of the message, not at the root of the channel', async () => {
    const { channel, users } = await teamChannel((acme) => [acme.user('ada'), acme.user('bob')])
    const [ada] = users as [User, User]
    const root = ada.mention(channel, 'what now')
    await desk.handle()
    expect(await desk.posts()).toMatchObject([{ channel: channel.id, threadTs: root.ts }])
  })

  it('of a team, all of whose members read along, it is for everybody, about the things of the team', async () => {
    const { channel, users, teamId } = await teamChannel((acme) => [acme.user('ada'), acme.user('bob')])
    const [ada, bob] = users as [User, User]
    const root = ada.mention(channel, TWO_TASKS)
    await desk.handle()
    expect((await desk.posts()).every(({ onlyFor }) => onlyFor === undefined)).toBe(true)
    bob.mention(channel, 'accept', { thread: root.ts })
    await desk.handle()
    expect(await titlesOf(teamId)).toEqual(['call the bank', 'draft the launch post'])
    expect(await titlesOf('bob')).toEqual([])
  })

  it.runIf(isLong)(
    'in which somebody is not of the team, it is for the person alone, and the thread is told of it',
    async () => {
      const { channel, users } = await teamChannel((acme) => [
        acme.user('ada'),
        acme.user('bob'),
        acme.user('eve'),
      ])
      const [ada] = users as [User, User, User]
      const root = ada.mention(channel, 'list')
      await desk.handle()
      const [told, ...answers] = await desk.posts()
      expect(told).toMatchObject({ threadTs: root.ts, text: expect.stringContaining(ada.id) })
      expect(told?.onlyFor).toBeUndefined()
      expect(answers.length).toBeGreaterThan(0)
      expect(answers.every(({ onlyFor }) => onlyFor === ada.id)).toBe(true)
    },
  )

  it('of no team, a private list asked for is shown to the person alone', async () => {
    desk = await openDesk()
    const { acme } = desk
    const [ada, bob] = [acme.user('ada'), acme.user('bob')]
    await desk.link(ada, 'ada')
    await desk.link(bob, 'bob')
    ada.dm('buy the ring for Bob tomorrow 20m')
    await desk.handle()
    await desk.posts()
    const general = acme.channel('general', { members: [ada, bob] })
    ada.mention(general, 'list')
    await desk.handle()
    const shown = (await desk.posts()).filter(({ text }) => text.includes('ring'))
    expect(shown).toMatchObject([{ onlyFor: ada.id }])
  })
})

describe('a thread in which the bot takes part', () => {
  it('goes on without a mention for those who have spoken with it, and for nobody else', async () => {
    const { channel, users } = await teamChannel((acme) => [acme.user('ada'), acme.user('bob')])
    const [ada, bob] = users as [User, User]
    const root = ada.mention(channel, 'what now')
    await desk.handle()
    await desk.posts()
    bob.say(channel, 'what now', { thread: root.ts })
    await desk.handle()
    expect(await desk.posts()).toEqual([])
    ada.say(channel, 'what now', { thread: root.ts })
    await desk.handle()
    expect(await desk.posts()).toMatchObject([{ threadTs: root.ts }])
    ada.say(channel, `<@${bob.id}> what now?`, { thread: root.ts, isRaw: true })
    await desk.handle()
    expect(await desk.posts()).toEqual([])
  })

  it('does not begin blank: what was said before the bot was called is its history', async () => {
    const { channel, users } = await teamChannel((acme) => [acme.user('ada'), acme.user('bob')])
    const [ada, bob] = users as [User, User]
    const root = bob.say(channel, 'The launch slips to May.')
    bob.say(channel, 'Who tells marketing?', { thread: root.ts })
    ada.mention(channel, 'help', { thread: root.ts })
    await desk.handle()
    expect((await said()).slice(0, 3)).toMatchObject([
      { personId: 'bob', text: 'The launch slips to May.', isAddressed: false },
      { personId: 'bob', text: 'Who tells marketing?', isAddressed: false },
      { personId: 'ada', text: 'help', isAddressed: true },
    ])
  })

  it.runIf(isLong)(
    'of many messages is answered as soon as a short one: its beginning is read, by one call',
    async () => {
      desk = await openDesk()
      const { acme, slack } = desk
      const [ada, bob] = [acme.user('ada'), acme.user('bob')]
      for (const user of [ada, bob]) await desk.link(user, user.name)
      const channel = acme.channel('busy', { members: [ada, bob], hasBot: false })
      const root = bob.say(channel, 'The launch slips to May.')
      const replies = cases(1_000, 10_000)
      for (let n = 0; n < replies; n += 1) bob.say(channel, `reply ${n}`, { thread: root.ts })
      acme.bot.joins(channel)
      const before = slack.calls.length
      ada.mention(channel, 'help', { thread: root.ts })
      await desk.handle()
      expect(await desk.posts()).not.toEqual([])
      const read = slack.calls.slice(before).filter(({ method }) => method === 'conversations.replies')
      expect(read).toHaveLength(1)
      expect((await said())[0]).toMatchObject({ personId: 'bob', text: 'The launch slips to May.' })
    },
  )

  it.runIf(isLong)(
    'under a direct message goes on with what was shown there, which is then accepted once',
    async () => {
      desk = await openDesk()
      const { acme } = desk
      const ada = acme.user('ada')
      await desk.link(ada, 'ada')
      const first = ada.dm(TWO_TASKS)
      await desk.handle()
      await desk.posts()
      ada.dm('accept', { thread: first.ts })
      await desk.handle()
      expect(await desk.posts()).toMatchObject([{ threadTs: first.ts, text: expect.stringMatching(/T-\d+/) }])
      ada.dm('accept')
      await desk.handle()
      expect(await titlesOf('ada')).toEqual(['call the bank', 'draft the launch post'])
    },
  )

  it('follows the edits and deletions of its messages, and does nothing for them', async () => {
    desk = await openDesk()
    const { acme } = desk
    const ada = acme.user('ada')
    await desk.link(ada, 'ada')
    const first = ada.dm('buy milk tomorrow 10m')
    await desk.handle()
    const before = await titlesOf('ada')
    await desk.posts()
    ada.edit(acme.dm(ada), first.ts, 'buy oat milk tomorrow 10m')
    await desk.handle()
    expect((await said())[0]).toMatchObject({ id: first.ts, text: 'buy oat milk tomorrow 10m' })
    ada.delete(acme.dm(ada), first.ts)
    await desk.handle()
    expect((await said())[0]).toMatchObject({ id: first.ts, text: null })
    expect(await desk.posts()).toEqual([])
    expect(await titlesOf('ada')).toEqual(before)
  })
})

it('edits and deletions that no gateway heard take effect after the gap, once, however old the message is', async () => {
  const slackClock = new ManualClock()
  desk = await openDesk({ slackClock })
  const { acme, gateway } = desk
  const pass = (ms: number) => {
    slackClock.advance(ms)
    gateway.clock.advance(ms)
  }
  const [ada, bob] = [acme.user('ada'), acme.user('bob')]
  const { channel } = await openTeamChannel(desk, [ada, bob])
  const edited = ada.dm('buy milk tomorrow 10m')
  const gone = ada.dm('buy gin tomorrow 10m')
  const kept = ada.dm('buy rice tomorrow 10m')
  const root = bob.mention(channel, 'buy tea')
  await desk.handle()
  const reply = bob.say(channel, 'buy coffee', { thread: root.ts })
  const other = ada.mention(channel, 'buy bread', { thread: root.ts })
  const lonely = ada.mention(channel, 'buy nuts')
  await desk.handle()
  await desk.posts()
  pass(HOUR_MS)
  const since = gateway.clock.now()
  pass(2 * HOUR_MS)
  ada.edit(acme.dm(ada), edited.ts, 'buy oat milk tomorrow 10m')
  ada.edit(channel, other.ts, 'buy rye bread')
  ada.delete(acme.dm(ada), gone.ts)
  bob.delete(channel, reply.ts)
  bob.delete(channel, root.ts)
  ada.delete(channel, lonely.ts)
  const late = ada.dm('buy jam tomorrow 10m')
  ada.edit(acme.dm(ada), late.ts, 'buy plum jam tomorrow 10m')
  desk.miss()
  for (let time = 0; time < 2; time += 1) {
    await desk.fillGap(since)
    const words = new Map((await said()).map(({ id, text }) => [id, text]))
    expect([edited, other, gone, reply, root, lonely, kept, late].map(({ ts }) => words.get(ts))).toEqual([
      ...['buy oat milk tomorrow 10m', 'buy rye bread', null, null, null, null],
      ...['buy rice tomorrow 10m', 'buy plum jam tomorrow 10m'],
    ])
    expect(await desk.posts()).toHaveLength(time === 0 ? 1 : 0)
  }
})

it.runIf(isLong)(
  'a worker that is lost between the effect and the reply doubles and loses nothing',
  async () => {
    desk = await openDesk()
    const { acme, gateway } = desk
    const ada = acme.user('ada')
    await desk.link(ada, 'ada')
    ada.dm(TWO_TASKS)
    await desk.handle()
    await desk.posts()
    ada.dm('accept')
    await desk.store()
    await workInbox(gateway.runtime, desk.losingTheOutcome)
    expect(await desk.posts()).toEqual([])
    gateway.clock.advance(60_000)
    await desk.handle()
    expect((await desk.posts()).map(({ text }) => text).join()).toMatch(/T-\d+/)
    expect(await titlesOf('ada')).toEqual(['call the bank', 'draft the launch post'])
  },
)
