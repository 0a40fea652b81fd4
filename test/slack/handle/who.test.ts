/** Who is speaking in Slack: nobody is anybody there before a person, an address or a code says so. */

import { afterEach, describe, expect, it } from 'vitest'
import { people } from '../../../src/domain/access/tables.ts'
import { findPersonOfUser } from '../../../src/domain/slack/pairings.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { pairUser } from '../../../src/tools/slack/pair-user.ts'
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { captureTasks } from '../../../src/tools/tasks/capture/capture-tasks.ts'
import { isLong } from '../../support/form.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
afterEach(() => desk.close())

async function listed({ db }: Desk['gateway']): Promise<string[]> {
  return (await db.select().from(people)).map(({ id }) => id)
}

/** The code in what the bot says to somebody whom it does not know. */
function codeIn(text: string | undefined): string {
  return /\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/.exec(text ?? '')?.[0] ?? ''
}

describe('an empty allow-list means nobody, not the whole workspace', () => {
  it('a member of the workspace is shown one code, and then speaks as the person', async () => {
    desk = await openDesk()
    const { acme, gateway } = desk
    const ada = acme.user('ada')
    ada.dm('call the bank tomorrow')
    ada.dm('hello?')
    await desk.handle()
    const posts = await desk.posts()
    expect(posts).toHaveLength(2)
    expect(codeIn(posts[1]?.text)).toBe('')
    expect(posts[1]?.text).toContain('60 more minutes')
    expect(await listed(gateway)).toEqual(['local'])
    const code = codeIn(posts[0]?.text)
    await gateway.invoke(createPerson, { id: 'ada' }, gateway.as())
    const asAda = gateway.as({ id: 'ada', personId: 'ada', scopes: ['slack:write'] })
    await gateway.invoke(pairUser, { code }, asAda)
    await desk.posts()
    ada.dm('help')
    await desk.handle()
    const [help] = await desk.posts()
    expect(help?.text).toBeDefined()
    expect(codeIn(help?.text)).toBe('')
  })

  it('who is let in by an admin is told in Slack, and the last message that waited is answered once', async () => {
    desk = await openDesk()
    const { acme, gateway } = desk
    const ada = acme.user('ada')
    ada.dm('hello?')
    await desk.handle()
    const code = codeIn((await desk.posts())[0]?.text)
    ada.dm('call the bank tomorrow 15m p1')
    await desk.handle()
    await desk.posts()
    await gateway.invoke(createPerson, { id: 'ada', name: 'Ada <!channel>' }, gateway.as())
    await gateway.invoke(pairUser, { code, personId: 'ada' }, gateway.as())
    await desk.handle()
    await desk.handle()
    const posts = await desk.posts()
    expect(posts).toMatchObject([
      { channel: ada.id, text: 'You are in as Ada &lt;!channel&gt;. Say help to see what I understand.' },
      { text: expect.stringContaining('Created: T-1 call the bank') },
    ])
    expect(posts).toHaveLength(2)
  })

  it.runIf(isLong)(
    'a message that came in a channel is answered there once its author is let in',
    async () => {
      desk = await openDesk()
      const { acme, gateway } = desk
      const ada = acme.user('ada')
      const general = acme.channel('general', { members: [ada] })
      const asked = ada.mention(general, 'help')
      await desk.handle()
      const code = codeIn((await desk.posts())[0]?.text)
      await gateway.invoke(createPerson, { id: 'ada' }, gateway.as())
      await gateway.invoke(pairUser, { code, personId: 'ada' }, gateway.as())
      await desk.handle()
      const [told, ...answers] = await desk.posts()
      expect(told).toMatchObject({ channel: ada.id, text: expect.stringContaining('You are in as ada') })
      expect(answers.at(-1)).toMatchObject({ channel: general.id, threadTs: asked.ts })
    },
  )

  it('in a channel, the code is for the user alone', async () => {
    desk = await openDesk()
    const ada = desk.acme.user('ada')
    const general = desk.acme.channel('general', { members: [ada] })
    const asked = ada.mention(general, 'what now')
    await desk.handle()
    expect(await desk.posts()).toMatchObject([
      { channel: general.id, onlyFor: ada.id, threadTs: asked.ts, text: expect.stringContaining('code') },
    ])
  })

  it('who did not write to the bot hears nothing of it', async () => {
    desk = await openDesk()
    const [ada, bob] = [desk.acme.user('ada'), desk.acme.user('bob')]
    const general = desk.acme.channel('general', { members: [ada, bob] })
    await desk.link(ada, 'ada')
    const root = ada.mention(general, 'help')
    await desk.handle()
    await desk.posts()
    bob.say(general, 'lunch?')
    bob.say(general, 'lunch?', { thread: root.ts })
    await desk.handle()
    expect(await desk.posts()).toEqual([])
  })
})

describe('guests, strangers and programs', () => {
  it('a guest is refused without a code, and may pair where an admin allows guests', async () => {
    desk = await openDesk()
    const { acme, gateway } = desk
    const gus = acme.user('gus', { isRestricted: true })
    const general = acme.channel('general', { members: [gus] })
    gus.mention(general, 'help')
    await desk.handle()
    const [refused] = await desk.posts()
    expect(refused).toMatchObject({ onlyFor: gus.id, text: expect.stringContaining('Guests') })
    expect(codeIn(refused?.text)).toBe('')
    const allowed = { workspace: acme.id, channel: general.id, allow: ['guests' as const] }
    await gateway.invoke(setChannel, allowed, gateway.as())
    await desk.link(gus, 'gus')
    gus.mention(general, 'help')
    await desk.handle()
    expect((await desk.posts()).at(-1)?.text).not.toContain('Guests')
  })

  it('Slack Connect lets no stranger in, and locks nobody at home out', async () => {
    desk = await openDesk()
    const { acme, slack } = desk
    const other = slack.world.workspace('Other', { isInstalled: false })
    const [ada, eve] = [acme.user('ada'), other.user('eve')]
    const shared = acme.channel('shared', { members: [ada, eve], sharedWith: [other] })
    await desk.link(ada, 'ada')
    eve.say(shared, `<@${acme.bot.id}> list`, { isRaw: true })
    await desk.handle()
    expect(await desk.posts()).toMatchObject([
      { onlyFor: eve.id, text: expect.stringContaining('other companies') },
    ])
    ada.mention(shared, 'list')
    await desk.handle()
    expect((await desk.posts()).at(-1)).toMatchObject({ onlyFor: ada.id })
  })

  it.runIf(isLong)('bots get no answer, so that two of them never answer each other for ever', async () => {
    desk = await openDesk()
    const { acme } = desk
    const robot = acme.user('robot', { isBot: true })
    const general = acme.channel('general', { members: [robot] })
    await desk.link(robot, 'robot')
    robot.mention(general, 'help')
    await desk.handle()
    expect(await desk.posts()).toEqual([])
  })

  it('a person who was deactivated is nobody in Slack either', async () => {
    desk = await openDesk()
    const { acme, gateway } = desk
    const ada = acme.user('ada')
    await desk.link(ada, 'ada')
    await gateway.invoke(deactivatePerson, { personId: 'ada' }, gateway.as())
    ada.dm('help')
    await desk.handle()
    expect(await desk.posts()).toEqual([])
    // In Slack, a change of the account counts from the next message on.
    const bob = acme.user('bob')
    await desk.link(bob, 'bob')
    bob.dm('help')
    await desk.handle()
    expect(await desk.posts()).toHaveLength(1)
    bob.deactivate()
    bob.dm('help')
    await desk.handle()
    expect(await desk.posts()).toEqual([])
  })
})

describe('a confirmed address', () => {
  it('makes a person where an admin trusts its domain', async () => {
    desk = await openDesk({ emailDomains: ['acme.example'] })
    const { acme, gateway } = desk
    const ada = acme.user('ada')
    ada.dm('help')
    await desk.handle()
    expect(await findPersonOfUser(gateway.db, `${acme.id}/${ada.id}`)).toBe('ada@acme.example')
    expect(codeIn((await desk.posts())[0]?.text)).toBe('')
  })

  it.runIf(isLong)('says nothing where its domain is another', async () => {
    desk = await openDesk({ emailDomains: ['acme.example'] })
    const eve = desk.acme.user('eve', { email: 'eve@acme.example.evil.example' })
    eve.dm('help')
    await desk.handle()
    expect(codeIn((await desk.posts())[0]?.text)).not.toBe('')
  })

  it.runIf(isLong)(
    'makes nobody an admin of the gateway, nor a person whose address is not verified',
    async () => {
      desk = await openDesk({ emailDomains: ['acme.example'] })
      const { acme, gateway } = desk
      const given = [
        { id: 'boss', role: 'admin' as const, emails: [{ address: 'boss@acme.example', verified: true }] },
        { id: 'typo', emails: [{ address: 'typo@acme.example' }] },
      ]
      for (const person of given) await gateway.invoke(createPerson, person, gateway.as())
      for (const { id } of given) {
        acme.user(id).dm('help')
        await desk.handle()
        expect(codeIn((await desk.posts())[0]?.text)).not.toBe('')
      }
    },
  )
})

it.runIf(isLong)('in an Enterprise Grid, a user is the same person in every workspace', async () => {
  desk = await openDesk({ isGrid: true })
  const { acme, gateway } = desk
  const ada = acme.user('ada')
  await desk.link(ada, 'ada')
  expect(await findPersonOfUser(gateway.db, `${acme.enterprise?.id}/${ada.id}`)).toBe('ada')
  ada.dm('help')
  await desk.handle()
  expect(codeIn((await desk.posts())[0]?.text)).toBe('')
})

it('only the author of a message acts: the audit names nobody else', async () => {
  desk = await openDesk()
  const { acme, gateway } = desk
  const [ada, bob] = [acme.user('ada'), acme.user('bob')]
  const general = acme.channel('general', { members: [ada, bob] })
  await desk.link(ada, 'ada')
  await desk.link(bob, 'bob')
  const root = ada.mention(general, 'water the garden tomorrow 10m, and prune the roses friday 20m')
  await desk.handle()
  bob.mention(general, 'accept', { thread: root.ts })
  await desk.handle()
  ada.say(general, 'accept', { thread: root.ts })
  await desk.handle()
  const { output } = await gateway.invoke(
    listAudit,
    { everyone: true, door: 'slack', limit: 50 },
    gateway.as(),
  )
  const by = output.items.map(({ actor, operation }) => `${actor.id}: ${operation}`)
  expect([...new Set(by)]).toEqual([`ada: ${captureTasks.name}`])
})
